import { Global, type TensorArguments } from './globals.ts';
import type { PickleMachine } from './pickle.ts';
import { forbidden, invalid } from './problem.ts';
import { rebuildParameter, rebuildTensor } from './rebuild.ts';
import type { PickleValue } from './value.ts';

/**
 * What Python would have got by calling an allowed global. The arguments are the file's and may be anything.
 * Containers given are taken over, not copied: a few bytes of pickle that recall a large list would copy it each time.
 */
export function construct(machine: PickleMachine, callable: PickleValue, given: PickleValue): PickleValue {
  if (!(callable instanceof Global)) throw forbidden(`a call of what is no name ${machine.where()}`);
  if (!Array.isArray(given)) throw invalid(`a call without arguments ${machine.where()}`);
  const { name, role } = callable;
  switch (role.kind) {
    case 'mapping':
      return mapping(machine, name, given[0]);
    case 'default-mapping':
      if (!isFactory(given[0])) throw forbidden(`a call of ${name} with such a factory ${machine.where()}`);
      return mapping(machine, name, given[1]);
    case 'sequence':
      return sequence(machine, name, given[0]);
    case 'tensor':
      return tensor(machine, role.arguments, given);
    case 'parameter':
      return rebuildParameter(given);
    default:
      throw forbidden(`a call of ${name} ${machine.where()}`);
  }
}

function tensor(machine: PickleMachine, form: TensorArguments, given: readonly PickleValue[]): PickleValue {
  const result = rebuildTensor(form, given);
  machine.charge(1 + result.shape.length);
  return result;
}

/** A dict of nothing, of a dict or, as Python 2 wrote an OrderedDict, of a list of pairs. */
function mapping(machine: PickleMachine, name: string, content: PickleValue | undefined): PickleValue {
  if (content instanceof Map) return content;
  const result = new Map<string | number, PickleValue>();
  machine.charge(1);
  if (content === undefined || content === null) return result;
  if (!Array.isArray(content)) throw invalid(`${name} is made of what is no dict ${machine.where()}`);
  machine.charge(content.length);
  for (const pair of content) {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalid(`${name} is made of no pairs ${machine.where()}`);
    result.set(machine.key(pair[0]!), pair[1]!);
  }
  return result;
}

function sequence(machine: PickleMachine, name: string, content: PickleValue | undefined): PickleValue {
  if (Array.isArray(content)) return content;
  if (content !== undefined) throw invalid(`${name} is made of what is no list ${machine.where()}`);
  machine.charge(1);
  return [];
}

/** A defaultdict's factory is never called, but one that is no plain type says that the file is not plain data. */
function isFactory(value: PickleValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return value instanceof Global && ['mapping', 'default-mapping', 'sequence', 'scalar'].includes(value.role.kind);
}
