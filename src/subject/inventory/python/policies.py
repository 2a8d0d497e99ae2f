"""The rules of the subject's policy as they are in code."""

import ast

from inventory import dependencies, options, source, subject


def read():
    places = rule_places()
    return [
        {
            'name': rule.name,
            'check': rule.check_str,
            'scopes': sorted(rule.scope_types or []),
            'formerCheck': rule.deprecated_rule.check_str if rule.deprecated_rule else None,
            **places.get(rule.name, {'file': source.shown(place()), 'line': None}),
        }
        for entry in options.entries(dependencies.distribution(), 'oslo.policy.policies')
        for rule in sorted(entry.load()(), key=lambda rule: rule.name)
    ]


def rule_places():
    """Where each rule is defined: `DocumentedRuleDefault(name=POLICY_ROOT % 'create', …)`."""
    found = {}
    for path in source.files(place()) if place().is_dir() else [place()]:
        names = source.constants(source.tree(path).body)
        for call in source.calls_in(source.tree(path)):
            if (source.callee(call) or '').endswith('RuleDefault'):
                name = rule_name(source.keyword(call, 'name') or (call.args or [None])[0], names)
                found.setdefault(name, source.place(path, call.lineno))
    return found


def place():
    """A folder of modules, or one module."""
    return source.PACKAGE / subject.POLICIES


def rule_name(node, names):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Name):
        root, part = names.get(node.left.id), source.literal(node.right)
        return root % part if root and part else None
    return None if node is None else source.literal(node)
