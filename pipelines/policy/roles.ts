/** Who somebody is to a workspace, from least to most. `public` is whoever shows no token. */
export const ROLES = ['public', 'viewer', 'analyst', 'steward', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that a token can have. */
export const TOKEN_ROLES = ['viewer', 'analyst', 'steward', 'operator'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];
