/**
 * Of the processes of crash.ts. Short leases, so that the test does not wait. Many tries: each death takes one of the jobs
 * that were held, until a sentence of theirs is recorded, and about every second death records none (at the start, in the
 * first sentence, while the audio is made). With the five tries of the default about one job a run would end as poisonous,
 * and rightly so; that it happens thirty times on end to one of thirty jobs, nobody will see.
 */
export const crashSettings = { jobSlots: 2, jobTurn: 5, jobLease: 1, jobTries: 30 };
