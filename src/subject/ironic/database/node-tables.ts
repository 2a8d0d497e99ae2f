import type { CopiedTables } from '../../rows/multiply.ts';

/**
 * The tables of Ironic with nodes (ironic/db/sqlalchemy/models.py), and their references. Copies are
 * in maintenance, so that conductors leave them alone: they are rows for migrations and lists.
 */
export const NODE_TABLES: CopiedTables = {
  nodes: {
    columns: {
      id: 'number',
      uuid: 'uuid',
      instance_uuid: 'uuid',
      name: 'name',
      maintenance: 'flag',
      reservation: 'none',
      conductor_affinity: 'none',
    },
  },
  ports: {
    columns: {
      id: 'number',
      uuid: 'uuid',
      address: 'address',
      node_id: 'number',
      portgroup_id: 'number',
      name: 'name',
    },
  },
  portgroups: {
    columns: { id: 'number', uuid: 'uuid', address: 'address', node_id: 'number', name: 'name' },
  },
  node_traits: { columns: { node_id: 'number' } },
  node_tags: { columns: { node_id: 'number' } },
  node_history: { columns: { id: 'number', uuid: 'uuid', node_id: 'number' } },
  node_inventory: { columns: { id: 'number', node_id: 'number' } },
  bios_settings: { columns: { node_id: 'number' } },
  firmware_information: { columns: { id: 'number', node_id: 'number' } },
};
