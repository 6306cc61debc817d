import { useId } from 'preact/hooks';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Steps are of equal ratio instead of equal difference: 1 lies in the middle of ½ … 2. */
  readonly logarithmic?: boolean;
  readonly show: (value: number) => string;
  readonly disabled?: boolean | undefined;
  readonly hint?: string | undefined;
  readonly onChange: (value: number) => void;
}

/** A labelled slider with its value in words. */
export function Slider({ label, value, min, max, logarithmic, show, disabled, hint, onChange }: SliderProps) {
  const id = useId();
  const to = logarithmic ? Math.log2 : (x: number) => x;
  const from = logarithmic ? (x: number) => 2 ** x : (x: number) => x;
  return (
    <div class="slider" title={hint}>
      <label for={id}>{label}</label>
      <output for={id}>{show(value)}</output>
      <input
        id={id}
        type="range"
        min={to(min)}
        max={to(max)}
        step={0.05}
        value={to(value)}
        disabled={disabled}
        aria-valuetext={show(value)}
        onInput={(event) => {
          const position = Number(event.currentTarget.value);
          onChange(Math.min(max, Math.max(min, Math.round(from(position) * 100) / 100)));
        }}
      />
    </div>
  );
}
