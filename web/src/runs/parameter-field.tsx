import { useEffect, useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import type { ParameterSummary } from '../../../pipelines/core/wire-runs.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { lonLatBoxOfView } from '../map/view-box.ts';
import { fieldOf, isNeeded, reducerWord, toBoundingBox } from './form-values.ts';
import { optionWord, parameterWords } from './pipeline-words.ts';
import { useRunTexts } from './texts.ts';

interface ParameterFieldProps {
  readonly parameter: ParameterSummary;
  /** undefined: as the pipeline has it. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** What the server found wrong with it. */
  readonly fault: string | null;
  /** Words to choose from, where the catalogue has some. */
  readonly suggestions: readonly string[];
}

interface InputProps extends Omit<ParameterFieldProps, 'fault'> {
  readonly id: string;
  readonly described: string;
}

const REDUCERS = ['median', 'mean', 'max', 'min', 'count', 'first', 'last', 'sd', 'p10', 'p90'];

/** A field made from a parameter's schema: its name, how it is set, what it means and what is wrong with it. */
export function ParameterField({ fault, ...props }: ParameterFieldProps) {
  const t = useRunTexts();
  const language = useLanguage();
  const id = useId();
  const { parameter } = props;
  const { title, text } = parameterWords(parameter.name, parameter.description, language);
  const described = `${id}-text`;
  const mark = isNeeded(parameter) ? <span>{t.required}</span> : null;
  const isGroup = ['period', 'area', 'several'].includes(fieldOf(parameter.schema).kind);
  const Wrap = isGroup ? 'fieldset' : 'div';
  return (
    <Wrap className="field" {...(isGroup && { 'aria-describedby': described })} data-fault={fault !== null}>
      {isGroup ? (
        <legend>
          {title} {mark}
        </legend>
      ) : (
        <label htmlFor={id}>
          {title} {mark}
        </label>
      )}
      <Input {...props} id={id} described={described} />
      <p id={described} className="field-text">
        {fault !== null && (
          <span className="field-error" lang="en">
            {fault}
          </span>
        )}
        <span className="quiet">{text}</span>
      </p>
    </Wrap>
  );
}

function Input(props: InputProps): ReactNode {
  const { parameter, value, onChange, id, described } = props;
  const field = fieldOf(parameter.schema);
  const language = useLanguage();
  const now = value === undefined ? parameter.default : value;
  const common = { id, 'aria-describedby': described };
  switch (field.kind) {
    case 'choice':
      return (
        <select
          {...common}
          value={typeof now === 'string' ? now : ''}
          onChange={({ target }) => onChange(target.value)}
        >
          {now === undefined && <option value="" />}
          {field.options.map((option) => (
            <option key={option} value={option}>
              {optionWord(option, language)}
            </option>
          ))}
        </select>
      );
    case 'several':
      return (
        <Several options={field.options} chosen={Array.isArray(now) ? (now as string[]) : []} onChange={onChange} />
      );
    case 'flag':
      return (
        <input {...common} type="checkbox" checked={now === true} onChange={({ target }) => onChange(target.checked)} />
      );
    case 'number':
      return (
        <input
          {...common}
          type="number"
          inputMode="decimal"
          step={field.whole ? 1 : 'any'}
          min={field.min ?? undefined}
          max={field.max ?? undefined}
          required={isNeeded(parameter)}
          value={typeof now === 'number' ? now : ''}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.valueAsNumber)}
        />
      );
    case 'period':
      return <Period {...props} value={now} />;
    case 'area':
      return <Area {...props} value={now} />;
    case 'reducer':
      return <Text {...props} value={reducerWord(now)} suggestions={REDUCERS} />;
    case 'list':
      return <Text {...props} value={Array.isArray(now) ? now.join(', ') : (now ?? '')} />;
    case 'text':
      return <Text {...props} value={typeof now === 'string' ? now : ''} />;
    case 'json':
      return <JsonText {...props} value={now} />;
  }
}

function Text({ parameter, value, onChange, suggestions, id, described }: InputProps) {
  // Few words that are all there is are a list to choose from; else they are only suggested.
  return (
    <>
      <input
        id={id}
        type="text"
        aria-describedby={described}
        autoComplete="off"
        spellCheck={false}
        required={isNeeded(parameter)}
        list={suggestions.length > 0 ? `${id}-list` : undefined}
        value={String(value)}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
      />
      {suggestions.length > 0 && (
        <datalist id={`${id}-list`}>
          {suggestions.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
    </>
  );
}

function Several({
  options,
  chosen,
  onChange,
}: {
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (value: unknown) => void;
}) {
  const language = useLanguage();
  return (
    <div className="check-list">
      {options.map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={({ target }) =>
              onChange(options.filter((one) => (one === option ? target.checked : chosen.includes(one))))
            }
          />
          {optionWord(option, language)}
        </label>
      ))}
    </div>
  );
}

/** Two days; the second is not part of the period. */
function Period({ parameter, value, onChange, id }: InputProps) {
  const t = useRunTexts();
  const [from, to] = (Array.isArray(value) ? value : [null, null]) as (string | null)[];
  const change = (start: string, end: string) =>
    onChange(start === '' && end === '' ? undefined : [start || null, end || null]);
  const day = (text: string | null | undefined) => text?.slice(0, 10) ?? '';
  return (
    <div className="field-pair">
      <div className="field">
        <label htmlFor={`${id}-from`}>{t.from}</label>
        <input
          id={`${id}-from`}
          type="date"
          value={day(from)}
          max={day(to) || undefined}
          required={isNeeded(parameter)}
          onChange={({ target }) => change(target.value, day(to))}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-to`}>{t.until}</label>
        <input
          id={`${id}-to`}
          type="date"
          value={day(to)}
          min={day(from) || undefined}
          required={isNeeded(parameter)}
          onChange={({ target }) => change(day(from), target.value)}
        />
      </div>
    </div>
  );
}

/** Everything, or a box as the map showed it when it was taken. */
function Area({ value, onChange, id }: InputProps) {
  const t = useRunTexts();
  const language = useLanguage();
  const box = value as Readonly<Record<string, number>> | null | undefined;
  const take = () => {
    const view: LonLatBox | null = lonLatBoxOfView();
    if (view) onChange(toBoundingBox(view));
  };
  const degrees = (side: string) => formatNumber(box?.[side] ?? 0, 3, language);
  return (
    <div className="check-list check-list-rows">
      <label>
        <input type="radio" name={id} checked={!box} onChange={() => onChange(undefined)} />
        {t.everywhere}
      </label>
      <label>
        <input type="radio" name={id} checked={Boolean(box)} onChange={take} />
        {t.mapView}
      </label>
      {box && typeof box['west'] === 'number' && (
        <p className="quiet">
          {degrees('west')}°–{degrees('east')}°, {degrees('south')}°–{degrees('north')}°{' '}
          <button type="button" className="button-link" onClick={take}>
            {t.takeView}
          </button>
        </p>
      )}
    </div>
  );
}

/** What no other field is for. */
function JsonText({ value, onChange, id, described }: InputProps) {
  const t = useRunTexts();
  const written = value === undefined ? '' : JSON.stringify(value);
  const [text, setText] = useState(written);
  const [isWrong, setWrong] = useState(false);
  useEffect(() => setText((old) => (sameJson(old, written) ? old : written)), [written]);
  return (
    <>
      <textarea
        id={id}
        aria-describedby={described}
        aria-invalid={isWrong}
        spellCheck={false}
        rows={2}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          const parsed = parseJson(target.value);
          setWrong(parsed === WRONG);
          if (parsed !== WRONG) onChange(parsed);
        }}
      />
      {isWrong && (
        <p className="field-error" role="alert">
          {t.noJson}
        </p>
      )}
    </>
  );
}

const WRONG = Symbol('no JSON');

function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return WRONG;
  }
}

function sameJson(a: string, b: string): boolean {
  const [first, second] = [parseJson(a), parseJson(b)];
  return first === WRONG || JSON.stringify(first) === JSON.stringify(second);
}
