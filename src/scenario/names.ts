/** Characters of a name in a scenario: names stand in plans, tables and names of files. */
export const NAME_LENGTH = 80;
