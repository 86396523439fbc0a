import { useEffect, useId, useState } from 'react';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}

/** A number that is applied as it is typed; half-typed text is left alone until the field is left. */
export function NumberField({ label, value, step, onChange }: NumberFieldProps) {
  const id = useId();
  const rounded = `${+value.toPrecision(5)}`;
  const [text, setText] = useState(rounded);
  useEffect(() => setText((old) => (+old === +rounded ? old : rounded)), [rounded]);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        step={step}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          if (target.value !== '' && Number.isFinite(target.valueAsNumber)) onChange(target.valueAsNumber);
        }}
        onBlur={() => setText(rounded)}
      />
    </div>
  );
}
