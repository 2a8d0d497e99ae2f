"""The rules of Heat's policy as they are in code."""

import ast

from inventory import dependencies, options, source


def read():
    places = rule_places()
    return [
        {
            'name': rule.name,
            'check': rule.check_str,
            'scopes': sorted(rule.scope_types or []),
            'formerCheck': rule.deprecated_rule.check_str if rule.deprecated_rule else None,
            **places.get(rule.name, {'file': 'heat/policies', 'line': None}),
        }
        for entry in options.entries(dependencies.heat(), 'oslo.policy.policies')
        for rule in sorted(entry.load()(), key=lambda rule: rule.name)
    ]


def rule_places():
    """Where each rule is defined: `DocumentedRuleDefault(name=POLICY_ROOT % 'create', …)`."""
    found = {}
    for path in source.files(source.HEAT / 'policies'):
        names = source.constants(source.tree(path).body)
        for call in source.calls_in(source.tree(path)):
            if (source.callee(call) or '').endswith('RuleDefault'):
                name = rule_name(source.keyword(call, 'name') or (call.args or [None])[0], names)
                found.setdefault(name, source.place(path, call.lineno))
    return found


def rule_name(node, names):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Name):
        root, part = names.get(node.left.id), source.literal(node.right)
        return root % part if root and part else None
    return None if node is None else source.literal(node)
