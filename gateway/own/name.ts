/** The name under which the gateway's own fields are composed with the departments'. */
export const OWN_SUBGRAPH = 'gateway';
