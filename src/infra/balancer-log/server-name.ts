/** HAProxy names may not contain a slash: `node1.heat-api`; a node's name has no dot. */
export function serverName(server: { readonly node: string; readonly service: string }): string {
  return `${server.node}.${server.service}`;
}
/** `node1.heat-engine.2` → `node1/heat-engine.2`. */
export function instanceOfServer(name: string): string {
  return name.replace('.', '/');
}
