/** Words that stand in many places; docs/words.md explains them. */

/** N or N+1. */
export const SIDES = ['base', 'target'] as const;
/** The release to upgrade from, or the one to upgrade to. */
export type Side = (typeof SIDES)[number];

/** What a service is to a roll: APIs take users' requests, engines do the work. */
export const ROLES = ['api', 'engine'] as const;
export type Role = (typeof ROLES)[number];

/** A connection of its own for each request, or a kept one. */
export const CONNECTIONS = ['new', 'reused'] as const;
export type Connection = (typeof CONNECTIONS)[number];

/** The kind of a step that another tool marked, e.g. a task of a playbook. */
export const MARK = 'mark';
