"""Alembic's revisions: what `upgrade` does, operation by operation.

The operations are those of alembic.op; the batch form of each leaves out the
table (https://alembic.sqlalchemy.org/en/latest/ops.html).
"""

import ast
import re

from inventory import source, subject

TOOL = 'alembic'
ALTERED = re.compile(r'\s*ALTER\s+TABLE\s+[`"]?(\w+)', re.IGNORECASE)
# The position of the column or columns among the arguments after the table.
TABLE_AT = {
    'create_table': 0,
    'drop_table': 0,
    'rename_table': 0,
    'add_column': 0,
    'drop_column': 0,
    'alter_column': 0,
    'create_index': 1,
    'drop_index': 1,
    'create_unique_constraint': 1,
    'create_primary_key': 1,
    'create_foreign_key': 1,
    'create_check_constraint': 1,
    'drop_constraint': 1,
    'bulk_insert': 0,
}


def folder():
    return source.PACKAGE / subject.ALEMBIC_VERSIONS


def read():
    return [revision(path) for path in source.files(folder())]


def revision(path):
    tree = source.tree(path)
    names = source.constants(tree.body)
    return {
        'revision': names['revision'],
        'after': names.get('down_revision'),
        'title': (ast.get_docstring(tree) or path.stem).splitlines()[0],
        **source.place(path, 1),
        'operations': operations(tree, path),
    }


def operations(tree, path):
    upgrade = source.function_in(tree, 'upgrade')
    batches = batch_tables(upgrade)
    found = []
    for call in source.calls_in(upgrade):
        owner = getattr(call.func, 'value', None)
        name = owner.id if isinstance(owner, ast.Name) else None
        if name in batches:
            found.append(operation(call, batches[name], call.args, path))
        elif name == 'op' and source.callee(call) not in ('f', 'get_bind', 'batch_alter_table'):
            at = TABLE_AT.get(source.callee(call))
            table = None if at is None or at >= len(call.args) else source.literal(call.args[at])
            rest = [argument for index, argument in enumerate(call.args) if index != at]
            found.append(operation(call, table, rest, path))
        elif source.callee(call) == 'execute':
            found.append(operation(call, None, [], path))
    return [each for one in found for each in by_statement(one, tree, upgrade)]


def by_statement(operation, tree, upgrade):
    """Plain SQL that names tables: an operation for each table."""
    if operation['operation'] != 'execute':
        return [operation]
    call = next(call for call in source.calls_in(upgrade)
                if source.callee(call) == 'execute' and call.lineno == operation['line'])
    found = [
        {**operation, 'table': altered[1], 'sql': statement}
        for statement in statements(call, tree, upgrade)
        if (altered := ALTERED.match(statement))
    ]
    return found or [operation]


def statements(call, tree, upgrade):
    """The SQL that a call executes; in a loop over a constant of the module, for each of its items."""
    text = sql_in(call.args[0]) if call.args else ''
    for loop in ast.walk(upgrade):
        if isinstance(loop, ast.For) and call in ast.walk(loop):
            target = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) else loop.target
            names = [node.id for node in ast.walk(loop.iter) if isinstance(node, ast.Name)]
            items = source.constants(tree.body).get(names[0] if names else '') or ()
            if isinstance(target, ast.Name):
                return [text.replace('{%s}' % target.id, str(item)) for item in items]
    return [text]


def sql_in(node):
    """The text of an expression, with names in braces and `…` where it is not known."""
    if isinstance(node, ast.Call) and source.callee(node) == 'text' and node.args:
        return sql_in(node.args[0])
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return ''.join(sql_in(value) for value in node.values)
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        return '{%s}' % node.value.id
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return sql_in(node.left) + sql_in(node.right)
    return '…'


def batch_tables(upgrade):
    """`with op.batch_alter_table('stack') as batch_op`: the table of each such name."""
    return {
        item.optional_vars.id: source.literal(item.context_expr.args[0])
        for node in ast.walk(upgrade)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.context_expr, ast.Call)
        and source.callee(item.context_expr) == 'batch_alter_table'
        and isinstance(item.optional_vars, ast.Name)
    }


def operation(call, table, rest, path):
    columns = [column(argument) for argument in rest if is_call(argument, 'Column')]
    nullable = source.keyword(call, 'nullable')
    return {
        'operation': source.callee(call),
        'table': table,
        'line': call.lineno,
        'columns': columns or [bare(name) for name in names_in(call, rest)],
        # Of a column that is altered: what it becomes.
        'nullable': None if nullable is None else source.literal(nullable),
        'retyped': source.keyword(call, 'type_') is not None,
        'renamed': source.callee(call) == 'rename_table'
        or source.keyword(call, 'new_column_name') is not None,
        'unique': source.literal(source.keyword(call, 'unique') or ast.Constant(False)) is True,
        'references': references(call),
        'sets': columns_set(call) if source.callee(call) == 'execute' else [],
    }


def is_call(node, name):
    return isinstance(node, ast.Call) and source.callee(node) == name


def bare(name):
    return {'name': name, 'type': None, 'nullable': True, 'default': False}


def names_in(call, rest):
    """The columns of an index or a constraint, or the one that is dropped or altered."""
    listed = [source.literal(argument) for argument in rest]
    if source.callee(call) in ('drop_column', 'alter_column'):
        return [name for name in listed[:1] if isinstance(name, str)]
    return [name for names in listed if isinstance(names, list) for name in names]


def column(call):
    nullable = source.keyword(call, 'nullable')
    primary = source.keyword(call, 'primary_key')
    return {
        'name': source.literal(call.args[0]),
        'type': ast.unparse(call.args[1]) if len(call.args) > 1 else None,
        'nullable': (primary is None) if nullable is None else source.literal(nullable) is not False,
        'default': source.keyword(call, 'server_default') is not None,
    }


def columns_set(call):
    """The columns that `table.update()….values(…)` writes; null for any other statement."""
    statements = [source.callee(inner) for inner in source.calls_in(call)]
    if 'update' not in statements:
        return None
    found = []
    for inner in source.calls_in(call):
        if source.callee(inner) == 'values':
            found += [argument.arg for argument in inner.keywords if argument.arg]
            for argument in inner.args:
                found += list((source.literal(argument) or {}).keys())
    return found or None


def references(call):
    """The tables that foreign keys of an operation refer to."""
    found = []
    if source.callee(call) == 'create_foreign_key':
        at = 2 if getattr(call.func.value, 'id', '') == 'op' else 1
        found.append(reference(source.literal(call.args[at]), call))
    for inner in source.calls_in(call):
        if source.callee(inner) == 'ForeignKeyConstraint':
            found.append(reference(source.literal(inner.args[1])[0].split('.')[0], inner))
        elif source.callee(inner) == 'ForeignKey':
            found.append(reference(source.literal(inner.args[0]).split('.')[0], inner))
    return found


def reference(table, call):
    on_delete = source.keyword(call, 'ondelete')
    return {'table': table, 'onDelete': None if on_delete is None else source.literal(on_delete)}
