import type { FastifyError } from 'fastify';
import { LangduError } from '../../errors.ts';

/** An error of ajv with `verbose`: what was wrong, and of what. */
interface Violation {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: { readonly additionalProperty?: string; readonly missingProperty?: string; readonly type?: string };
  readonly data?: unknown;
  readonly parentSchema?: {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly minimum?: number;
    readonly maximum?: number;
  };
}

/** A body or query that does not fit its schema, as the error that says what would. */
export function invalidRequest(thrown: FastifyError): LangduError {
  const violation = thrown.validation?.[0] as unknown as Violation;
  const { keyword, params, data, parentSchema = {} } = violation;
  const field = violation.instancePath.slice(1).replaceAll('/', '.') || thrown.validationContext || 'body';
  switch (keyword) {
    case 'additionalProperties': {
      const available = Object.keys(parentSchema.properties ?? {});
      return new LangduError('field_unknown', { field: shorten(String(params.additionalProperty)), available });
    }
    case 'required': {
      // The service that came before ours takes a missing text for an empty one; its clients rely on the message.
      const missing = String(params.missingProperty);
      return missing === 'text' ? new LangduError('text_empty') : new LangduError('field_missing', { field: missing });
    }
    case 'type':
      return new LangduError('field_type', { field, expected: String(params.type), got: describe(data) });
    case 'minimum':
    case 'maximum': {
      const { minimum, maximum } = parentSchema;
      const range = { min: Number(minimum), max: Number(maximum) };
      return new LangduError('parameter_out_of_range', { name: field, ...range, value: describe(data) });
    }
    default:
      return new LangduError('request_invalid', { problem: `${field} ${keyword}` }, thrown);
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value !== null && typeof value === 'object') return 'object';
  return typeof value === 'string' ? shorten(JSON.stringify(value)) : String(value);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
