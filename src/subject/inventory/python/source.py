"""Python source as it is installed: syntax trees, constants, places."""

import ast
import functools
import importlib.util
import pathlib
import re
import sys

from inventory import subject


def package(name):
    """The folder of an installed package, which is not imported for it."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError('no package %s' % name)
    return pathlib.Path(list(spec.submodule_search_locations)[0])


NAME = subject.PACKAGE
PACKAGE = package(NAME)


def files(folder):
    """The modules below a folder, without tests."""
    return sorted(
        path for path in folder.rglob('*.py') if 'tests' not in path.relative_to(folder).parts
    )


@functools.lru_cache(maxsize=None)
def text(path):
    return path.read_text(encoding='utf-8')


@functools.lru_cache(maxsize=None)
def tree(path):
    return ast.parse(text(path), filename=str(path))


def shown(path):
    """A file as it is printed: below the folder that Python found it in."""
    path = pathlib.Path(path)
    for entry in sorted(sys.path, key=len, reverse=True):
        if entry and pathlib.Path(entry) in path.parents:
            return str(path.relative_to(entry))
    return str(path)


def place(path, line):
    return {'file': shown(path), 'line': line}


def line_of(path, pattern):
    """The place of the first line that a pattern fits; line 1 where none does."""
    for number, line in enumerate(text(path).splitlines(), start=1):
        if re.search(pattern, line):
            return place(path, number)
    return place(path, 1)


def class_in(path, name):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    raise LookupError('no class %s in %s' % (name, shown(path)))


def function_in(node, name):
    for child in node.body:
        if isinstance(child, ast.FunctionDef) and child.name == name:
            return child
    return None


def calls_in(node):
    """All calls below a node, in the order of their lines."""
    found = [child for child in ast.walk(node) if isinstance(child, ast.Call)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def callee(call):
    """The last name of what is called: `prepare` of `self._client.prepare(…)`."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


def keyword(call, name):
    for argument in call.keywords:
        if argument.arg == name:
            return argument.value
    return None


def literal(node):
    """The value of a literal, else None."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None


def constants(body):
    """The literals that are assigned in a module's or class's body, by name."""
    found = {}
    for node in body:
        if not isinstance(node, ast.Assign):
            continue
        value = literal(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                found[target.id] = value
            elif isinstance(target, ast.Tuple) and isinstance(value, (tuple, list)):
                found.update(zip((name.id for name in target.elts), value))
    return found


def modules_of(path):
    """The modules of the subject that a file imports, by the name that they have in it."""
    found = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or '').split('.')[0] == NAME:
            folder = PACKAGE.joinpath(*node.module.split('.')[1:])
            for alias in node.names:
                module = folder / (alias.name + '.py')
                if module.exists():
                    found[alias.asname or alias.name] = module
    return found


def resolve(node, path, own):
    """The value of an expression: a literal, `module.NAME` or `self.NAME` of a class."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = modules_of(path).get(node.value.id)
        if module is not None:
            return constants(tree(module).body).get(node.attr)
        return constants(own.body).get(node.attr)
    return None if node is None else literal(node)
