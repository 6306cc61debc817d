import type { Settings } from '../../config/settings.ts';
import type { BucketSettings } from './requests.ts';

export type S3Settings = Pick<
  Settings,
  | 's3Bucket'
  | 's3Endpoint'
  | 's3Region'
  | 's3Addressing'
  | 's3Prefix'
  | 's3AccessKeyId'
  | 's3SecretAccessKey'
  | 's3SessionToken'
>;

/** The bucket that the settings name, and what the keys of everything in it begin with. */
export function bucketOf(settings: S3Settings): BucketSettings & { readonly prefix: string } {
  return {
    endpoint: settings.s3Endpoint,
    region: settings.s3Region,
    bucket: settings.s3Bucket,
    addressing: settings.s3Addressing,
    accessKeyId: settings.s3AccessKeyId,
    secretAccessKey: settings.s3SecretAccessKey,
    sessionToken: settings.s3SessionToken,
    prefix: settings.s3Prefix,
  };
}
