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


def first_of(node):
    """The first statement of a function's body."""
    return next((one for one in node.body if not is_docstring(one)), node)


def runs_with(node, is_new):
    """The statement that shows that another one ran: of a function, the first of its body. A new
    function is there as soon as it is defined."""
    return first_of(node) if isinstance(node, FUNCTIONS) and not is_new else node


def parsed(text):
    try:
        return ast.parse(text)
    except SyntaxError:
        # For another Python than this one.
        return ast.parse('')


def spans(functions):
    """Each line within a function, with its innermost one."""
    of_line = {}
    for node in sorted(functions, key=lambda one: one.lineno):
        for line in range(headers(node)[0], node.end_lineno + 1):
            of_line[line] = node
    return of_line


def differing(old, new):
    """The 1-based lines of a new text that differ, and each pair of a line that is gone and of the
    line after it."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    lines, gone = set(), []
    for tag, removed, beyond, first, last in matcher.get_opcodes():
        if tag == 'delete':
            after = min(first + 1, len(new))
            gone += [(line, after) for line in range(removed + 1, beyond + 1)]
        elif tag != 'equal':
            lines.update(range(first + 1, last + 1))
    return lines, gone


def shape(node):
    """What a function is, without where it stands and what it says of itself."""
    body = [ast.dump(one) for one in node.body if not is_docstring(one)]
    return head(node), body


def head(node):
    return ast.dump(node.args), [ast.dump(one) for one in node.decorator_list + [node.returns] if one]


class Comparison:
    """A module's functions, and those of the other image's."""

    def __init__(self, old, tree):
        self.new = names(tree)
        self.old = {qualified: node for node, qualified in names(old).items()}
        self.named = {qualified: node for node, qualified in self.new.items()}
        self.new_lines = spans(self.new)
        self.old_lines = spans(self.old.values())
        self.old_names = {node: qualified for qualified, node in self.old.items()}

    def is_new(self, node):
        return node in self.new and self.new[node] not in self.old

    def is_same(self, node):
        other = self.old.get(self.new[node])
        return other is not None and shape(other) == shape(node)

    def owner(self, node):
        """The innermost function that a statement is in; `None` if it is in none."""
        around = self.new_lines.get(node.lineno)
        if around is not node:
            return around
        within = [one for one in self.new if one is not node and node in ast.walk(one)]
        return max(within, key=lambda one: one.lineno, default=None)

    def differs(self, node):
        """Whether lines of a statement that differ are a difference of its function."""
        if isinstance(node, FUNCTIONS) and not self.is_new(node):
            return head(self.old[self.new[node]]) != head(node)
        around = self.owner(node)
        return around is None or not self.is_same(around)

    def remaining(self, gone, after):
        """The line that shows that another one is gone: of the same function, or of none."""
        around = self.old_lines.get(gone)
        now = self.new_lines.get(after)
        if around is None:
            return after if now is None else None
        node = self.named.get(self.old_names[around])
        if node is None or node is now:
            return after if node else None
        return node.end_lineno


def changed(name, path, old):
    text = path.read_text(encoding='utf-8')
    lines, gone = differing(old.splitlines(), text.splitlines())
    tree = ast.parse(text)
    comparison = Comparison(parsed(old), tree)
    lines.update(line for one in gone for line in [comparison.remaining(*one)] if line)
    traced = {}
    for code in functions(compile(text, str(path), 'exec')):
        # A class's own statements run as its module is loaded.
        of_function = code.co_flags & inspect.CO_OPTIMIZED
        qualified = getattr(code, 'co_qualname', code.co_name) if of_function else None
        for _, _, line in code.co_lines():
            if line:
                # Of several code objects on a line, the innermost.
                traced[line] = qualified

    def traced_of(node):
        first, last = headers(node)
        return [line for line in range(first, last + 1) if line in traced]

    found = {}
    for node in statements(tree):
        if is_docstring(node):
            continue
        first, last = headers(node)
        if not lines.intersection(range(first, last + 1)) or not comparison.differs(node):
            continue
        is_new = comparison.is_new(node)
        own = traced_of(runs_with(node, is_new))
        if not own:
            continue
        around = node if isinstance(node, FUNCTIONS) else comparison.owner(node)
        added = around is not node and around is not None and comparison.is_new(around)
        entry = traced_of(first_of(around)) if around is not None and not (added or is_new) else []
        found[first] = {
            'file': name,
            'function': None if is_new else traced[own[0]],
            'line': first,
            'lines': own,
            **({'added': True} if added else {}),
            **({'entry': entry} if entry else {}),
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
