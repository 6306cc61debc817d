/** Of the processes of crash.ts: short leases, so that the test does not wait; and many tries, since most deaths are its own. */
export const crashSettings = { jobSlots: 2, jobTurn: 5, jobLease: 1, jobTries: 30 };
