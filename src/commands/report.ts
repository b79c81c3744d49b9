import { FORMATS, type FormatName } from '../report/formats.ts';
import { defineCommand } from './command.ts';
import { choice, requiredText } from './parameter.ts';

interface ReportOptions {
  /** Path of a report.json. */
  readonly from: string;
  readonly format: FormatName;
}

export const report = defineCommand<'report', ReportOptions>({
  name: 'report',
  summary: 'Render a report.json again.',
  details: `Formats:\n${formatList()}`,
  example: 'fenceline report --from target/fenceline/report.json --format summary',
  parameters: {
    from: requiredText({ written: '--from <file>', about: 'a report.json', isRequired: true }),
    format: choice(
      { written: '--format <format>', about: 'how to render it' },
      Object.keys(FORMATS).filter(isFormat),
      'terminal',
    ),
  },
  async act({ from, format }, { terminal }) {
    const { readReport } = await import('../report/parse-report.ts');
    const report = await readReport(from);
    const render = await FORMATS[format].load();
    terminal.out(render(report, { colors: terminal.outColors, width: terminal.width }).trimEnd());
    return 0;
  },
});

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

function formatList(): string {
  return Object.entries(FORMATS)
    .map(([name, { about }]) => `  ${name.padEnd(10)}${about}`)
    .join('\n');
}
