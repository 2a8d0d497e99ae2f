import type { CopiedTables } from '../../rows/multiply.ts';

/**
 * The tables of Heat with stacks (heat/db/models.py), and their references. Copies of stacks are rows
 * for migrations and lists: a stack's own records refer by number (`requires`, `current_deps`) to the
 * first copy.
 */
export const STACK_TABLES: CopiedTables = {
  stack: {
    only: 'id',
    columns: {
      id: 'uuid',
      name: 'name',
      raw_template_id: 'number',
      prev_raw_template_id: 'number',
      user_creds_id: 'number',
      owner_id: 'object',
    },
  },
  raw_template: { columns: { id: 'number', files_id: 'number' } },
  raw_template_files: { columns: { id: 'number' } },
  user_creds: { columns: { id: 'number' } },
  resource: {
    columns: {
      id: 'number',
      uuid: 'uuid',
      nova_instance: 'physical',
      stack_id: 'object',
      root_stack_id: 'object',
      current_template_id: 'number',
      rsrc_prop_data_id: 'number',
      attr_data_id: 'number',
      replaces: 'number',
      replaced_by: 'number',
    },
  },
  resource_properties_data: { columns: { id: 'number' } },
  resource_data: { columns: { id: 'number', resource_id: 'number' } },
  event: {
    columns: {
      id: 'number',
      uuid: 'uuid',
      stack_id: 'object',
      physical_resource_id: 'physical',
      rsrc_prop_data_id: 'number',
    },
  },
  stack_tag: { columns: { id: 'number', stack_id: 'object' } },
};
