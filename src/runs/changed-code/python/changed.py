"""Finds the statements of Python packages that differ between two images.

changed.py digests PACKAGE...          of each module its digest, as JSON
changed.py texts DIGESTS PACKAGE...    the modules whose digest differs from those in a file, or
                                       that it does not know
changed.py statements TEXTS DIGESTS PACKAGE...
                                       the statements that differ from the other image's texts
"""

import ast
import difflib
import hashlib
import importlib.util
import inspect
import json
import pathlib
import sys


# No service runs them: migrations are run by a step of the roll, which fails if they do.
NOT_OF_SERVICES = {'tests', 'migrations', 'alembic'}


def modules(packages):
    """Name below the packages' folder, and path, of each module that a service may run."""
    for package in packages:
        spec = importlib.util.find_spec(package)
        # A package may be new, and a module has no folder.
        for location in (spec and spec.submodule_search_locations) or ():
            folder = pathlib.Path(location)
            for path in sorted(folder.rglob('*.py')):
                below = path.relative_to(folder)
                if NOT_OF_SERVICES.isdisjoint(below.parts):
                    yield '%s/%s' % (package, below), path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path):
    return json.loads(pathlib.Path(path).read_text(encoding='utf-8'))


def functions(code):
    """Each code object below a module's."""
    yield code
    for constant in code.co_consts:
        if hasattr(constant, 'co_code'):
            yield from functions(constant)


def is_docstring(node):
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def headers(node):
    """The first and the last line of a statement, without the statements within it."""
    first = min([node.lineno] + [one.lineno for one in getattr(node, 'decorator_list', [])])
    body = getattr(node, 'body', None)
    last = node.end_lineno
    if isinstance(body, list) and body:
        # A decorated function begins with its first decorator.
        last = max(first, min(min(headers(one)[0] for one in body) - 1, node.end_lineno))
    return first, last


def statements(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def names(tree):
    """Each function of a module, with its qualified name."""
    found = {}

    def visit(node, within):
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, FUNCTIONS + (ast.ClassDef,))
            own = within + [child.name] if named else within
            if isinstance(child, FUNCTIONS):
                found[child] = '.'.join(own)
            visit(child, own)

    visit(tree, [])
    return found


def runs_with(node, is_new):
    """The statement that shows that another one ran: of a function, the first of its body. A new
    function is there as soon as it is defined."""
    if isinstance(node, FUNCTIONS) and not is_new:
        return next((one for one in node.body if not is_docstring(one)), node)
    return node


def functions_of(text):
    try:
        return names(ast.parse(text))
    except SyntaxError:
        # For another Python than this one.
        return {}


def differing(old, new):
    """The 1-based lines of a new text that differ; where lines are gone, the one after them."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    lines = set()
    for tag, _, _, first, last in matcher.get_opcodes():
        if tag == 'delete':
            lines.add(min(first + 1, len(new)))
        elif tag != 'equal':
            lines.update(range(first + 1, last + 1))
    return lines


def changed(name, path, old):
    text = path.read_text(encoding='utf-8')
    lines = differing(old.splitlines(), text.splitlines())
    tree = ast.parse(text)
    traced = {}
    for code in functions(compile(text, str(path), 'exec')):
        # A class's own statements run as its module is loaded.
        of_function = code.co_flags & inspect.CO_OPTIMIZED
        qualified = getattr(code, 'co_qualname', code.co_name) if of_function else None
        for _, _, line in code.co_lines():
            if line:
                # Of several code objects on a line, the innermost.
                traced[line] = qualified
    before = set(functions_of(old).values())
    functions_now = names(tree)
    new = {node for node, qualified in functions_now.items() if qualified not in before}
    within_new = {one for node in new for one in ast.walk(node) if one is not node}
    found = {}
    for node in statements(tree):
        if is_docstring(node):
            continue
        first, last = headers(node)
        if not lines.intersection(range(first, last + 1)):
            continue
        is_new = node in new
        shows = headers(runs_with(node, is_new))
        own = [line for line in range(shows[0], shows[1] + 1) if line in traced]
        if own:
            found[first] = {
                'file': name,
                'function': None if is_new else traced[own[0]],
                'line': first,
                'lines': own,
                **({'added': True} if node in within_new else {}),
            }
    return str(path), [found[line] for line in sorted(found)]


def main(command, *arguments):
    if command == 'digests':
        return {name: digest(path) for name, path in modules(arguments)}
    if command == 'texts':
        other, *packages = arguments
        known = read(other)
        return {
            name: path.read_text(encoding='utf-8')
            for name, path in modules(packages)
            if known.get(name) != digest(path)
        }
    texts, other, *packages = arguments
    old, known = read(texts), read(other)
    result = []
    for name, path in modules(packages):
        if known.get(name) != digest(path):
            place, own = changed(name, path, old.get(name, ''))
            if own:
                result.append({'path': place, 'statements': own})
    return result


json.dump(main(*sys.argv[1:]), sys.stdout)
