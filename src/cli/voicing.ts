import type { Command } from 'commander';
import type { SpeechRequest } from '../speech.ts';
import { numberOption } from './options.ts';

/** How a text is to be spoken, as commands that speak take it. */
export interface VoicingOptions {
  readonly voice?: string;
  readonly speaker?: string;
  readonly emotion?: string;
  readonly intensity?: number;
  readonly rate?: number;
  readonly pitch?: number;
  readonly seed?: number;
}

export function addVoicingOptions(command: Command): Command {
  return command
    .option('--speaker <name>', "one of the voice's speakers")
    .option('--emotion <category>', "one of the voice's emotions (langdu voices lists them)")
    .addOption(numberOption('--intensity <n>', 'how much of the emotion', 'intensity'))
    .addOption(numberOption('--rate <n>', 'speaking rate', 'rate'))
    .addOption(numberOption('--pitch <n>', 'pitch factor', 'pitch'))
    .addOption(numberOption('--seed <n>', 'seed of the noise', 'seed'));
}

export function requestOf(text: string, options: VoicingOptions): SpeechRequest {
  const { speaker, emotion, intensity, rate, pitch, seed } = options;
  return { text, speaker, emotion, intensity, rate, pitch, seed };
}
