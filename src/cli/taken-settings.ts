import type { SettingKey } from '../config/settings.ts';
import { fieldsOf } from '../fields-of.ts';
import type { DriverSettings, JobSettings } from '../jobs/open.ts';
import type { ResultSettings } from '../results/open.ts';
import type { SpeakerSettings } from './speaker.ts';

/**
 * Which settings the code behind a command reads, so that the command takes these as options and refuses the others,
 * which would change nothing. The compiler holds each list to what that code is given: none missing, none too many.
 */
type Taken<T> = Pick<T, keyof T & SettingKey>;

export const speakerSettings = fieldsOf<Taken<SpeakerSettings>>({
  voices: true,
  voice: true,
  workers: true,
  lexicon: true,
  cacheBytes: true,
  cacheFolder: true,
  cacheDiskBytes: true,
});

/** Settings of a process that stores results but serves none; delivery is the server's. */
export const resultSettings = fieldsOf<Taken<Omit<ResultSettings, 's3Delivery'>>>({
  resultsDriver: true,
  output: true,
  keepHours: true,
  keepBytes: true,
  s3Bucket: true,
  s3Endpoint: true,
  s3Region: true,
  s3Addressing: true,
  s3Prefix: true,
  s3AccessKeyId: true,
  s3SecretAccessKey: true,
  s3SessionToken: true,
});

/** Of who does jobs and accepts none. */
export const workSettings = fieldsOf<Taken<Omit<JobSettings, keyof ResultSettings | 'maxJobText' | 'maxJobs'>>>({
  jobs: true,
  redis: true,
  jobSlots: true,
  jobTurn: true,
  jobLease: true,
  jobTries: true,
  jobKeepHours: true,
  callbackSecret: true,
  callbackAllow: true,
});

/** Of who looks at jobs and takes none. */
export const lookSettings = fieldsOf<Taken<Omit<DriverSettings, 'jobLease' | 'jobTries'>>>({
  jobs: true,
  redis: true,
  jobKeepHours: true,
});
