import { describe, expect, it } from 'vitest';
import { attribute, elements, findElement, parseXml, textAt } from '../../pipelines/io/xml.ts';

describe('parseXml', () => {
  const root = parseXml(
    '<?xml version="1.0"?><n1:a xmlns:n1="urn:x"><b id="01"> 007 </b><b id="2">&amp;</b><c><d/></c></n1:a>',
    'a.xml',
  );

  it('keeps text and attributes as they are written, and drops prefixes', () => {
    expect(elements(root, 'a', 'b').map((b) => attribute(b, 'id'))).toEqual(['01', '2']);
    expect(textAt(root, 'a', 'b')).toBe('007');
    expect(textAt(root, 'a', 'c', 'd')).toBeNull();
    expect(findElement(root, 'd')).not.toBeNull();
    expect(findElement(root, 'e')).toBeNull();
  });

  it.each([
    ['format-damaged', '<a><b></a>'],
    ['format-damaged', '<'.repeat(5000)],
    ['format-damaged', '<a>'.repeat(5000) + '</a>'.repeat(5000)],
    ['format-damaged', '<__proto__><x>1</x></__proto__>'],
    ['format-unsupported', '<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>'],
    ['too-large', `<a>${'x'.repeat(5 * 1024 * 1024)}</a>`],
  ])('refuses with %s in a short sentence', (code, text) => {
    let failure: unknown;
    try {
      parseXml(text, 'a.xml');
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code, message: expect.stringMatching(/^a\.xml .{10,300}$/) });
  });
});
