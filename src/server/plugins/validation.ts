import type { FastifyError } from 'fastify';
import { LangduError } from '../../errors.ts';

/** An error of ajv with `verbose`: what was wrong, and of what. */
interface Violation {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: {
    readonly additionalProperty?: string;
    readonly missingProperty?: string;
    readonly type?: string;
    readonly limit?: number;
    readonly allowedValues?: readonly string[];
  };
  /** Of an object whose names must fit a schema, the one that does not. */
  readonly propertyName?: string;
  readonly data?: unknown;
  readonly parentSchema?: {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly anyOf?: readonly { readonly type?: string; readonly title?: string }[];
  };
}

/** A body or query that does not fit its schema, as the error that says what would. */
export function invalidRequest(thrown: FastifyError): LangduError {
  const violations = thrown.validation as unknown as readonly Violation[];
  // Of a choice every branch complains first; the choice itself comes last.
  const violation = violations.find((each) => each.keyword === 'anyOf') ?? violations[0]!;
  const { keyword, params, data, propertyName, parentSchema = {} } = violation;
  const path = violation.instancePath.slice(1).replaceAll('/', '.') || thrown.validationContext || 'body';
  const field = propertyName === undefined ? path : `${path}.${shorten(propertyName)}`;
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
    case 'anyOf': {
      const expected = (parentSchema.anyOf ?? []).map(({ type, title }) => title ?? String(type)).join(' | ');
      return new LangduError('field_type', { field, expected, got: describe(data) });
    }
    case 'enum': {
      const available = params.allowedValues ?? [];
      const value = String(data).slice(0, 40);
      return field === 'format' || field === 'response_format'
        ? new LangduError('format_unknown', { format: value, available })
        : new LangduError('value_unknown', { field, value, available });
    }
    case 'maxLength':
      return new LangduError('field_too_long', { field, length: String(data).length, limit: Number(params.limit) });
    case 'maxProperties':
      return new LangduError('request_invalid', { problem: `${field}: at most ${params.limit} entries` });
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
