import { expect, test } from 'vitest';
import { evaluate } from './testing/evaluate.ts';

/** Expressions, and the repr() of their values with pytz on CPython. */
const CASES: readonly (readonly [string, string])[] = [
  ["pytz.timezone('America/Argentina/Salta')", "<DstTzInfo 'America/Argentina/Salta' LMT-1 day, 19:38:00 STD>"],
  ["pytz.timezone('America/Jujuy').localize(dt.datetime(2026,1,15,12)).strftime('%Z')", "'-03'"],
  ["pytz.timezone('America/Metlakatla').zone", "'America/Metlakatla'"],
  ["pytz.timezone('America/Moncton').localize(dt.datetime(2026,1,15,12)).dst()", 'datetime.timedelta(0)'],
  ["pytz.timezone('America/Nassau').localize(dt.datetime(2026,1,15,12)).dst()", 'datetime.timedelta(0)'],
  [
    "pytz.timezone('America/New_York').localize(dt.datetime(2026,3,29,2,30),is_dst=true)",
    "datetime.datetime(2026, 3, 29, 2, 30, tzinfo=<DstTzInfo 'America/New_York' EDT-1 day, 20:00:00 DST>)",
  ],
  ["pytz.timezone('America/Santarem').zone", "'America/Santarem'"],
  [
    "pytz.timezone('America/Sao_Paulo').localize(dt.datetime(2018,11,4,0,30),is_dst=false)",
    "datetime.datetime(2018, 11, 4, 0, 30, tzinfo=<DstTzInfo 'America/Sao_Paulo' -03-1 day, 21:00:00 STD>)",
  ],
  [
    "pytz.timezone('America/Sao_Paulo').localize(dt.datetime(2026,3,29,2,30),is_dst=true)+dt.timedelta(days=1)",
    "datetime.datetime(2026, 3, 30, 2, 30, tzinfo=<DstTzInfo 'America/Sao_Paulo' -03-1 day, 21:00:00 STD>)",
  ],
  ["pytz.timezone('America/Yellowknife').localize(dt.datetime(2026,1,15,12)).dst()", 'datetime.timedelta(0)'],
  ["pytz.timezone('Asia/Anadyr').localize(dt.datetime(2026,7,15,12)).strftime('%Z')", "'+12'"],
  ["pytz.timezone('Asia/Ashgabat').localize(dt.datetime(2026,7,15,12)).dst()", 'datetime.timedelta(0)'],
  ["pytz.timezone('Asia/Khandyga').zone", "'Asia/Khandyga'"],
  ["pytz.timezone('Asia/Kolkata').localize(dt.datetime(2026,4,5,1,45),none).timestamp()", '1775333700.0'],
  ["pytz.timezone('Asia/Phnom_Penh').localize(dt.datetime(2026,1,15,12)).dst()", 'datetime.timedelta(0)'],
  ["pytz.timezone('Asia/Qostanay').zone", "'Asia/Qostanay'"],
  ["pytz.timezone('Atlantic/St_Helena')", "<DstTzInfo 'Atlantic/St_Helena' LMT-1 day, 23:44:00 STD>"],
  ["pytz.timezone('Australia/Currie').localize(dt.datetime(2026,1,15,12)).strftime('%Z')", "'AEDT'"],
  ["pytz.timezone('Australia/Lindeman').localize(dt.datetime(2026,1,15,12)).dst()", 'datetime.timedelta(0)'],
  [
    "pytz.timezone('Australia/Lord_Howe').localize(dt.datetime(2026,3,29,2,30),is_dst=true).astimezone(pytz.utc)",
    'datetime.datetime(2026, 3, 28, 15, 30, tzinfo=<UTC>)',
  ],
  ["pytz.timezone('Etc/GMT-3').localize(dt.datetime(2026,7,15,12)).strftime('%Z')", "'+03'"],
  ["pytz.timezone('Europe/Astrakhan')", "<DstTzInfo 'Europe/Astrakhan' LMT+3:12:00 STD>"],
  ["pytz.timezone('Europe/Berlin').localize(dt.datetime(2026,10,25,2,30)).timetuple().tm_isdst", '0'],
  [
    "pytz.timezone('Europe/Berlin').localize(dt.datetime(2026,3,29,2,30)).astimezone(pytz.utc)",
    'datetime.datetime(2026, 3, 29, 1, 30, tzinfo=<UTC>)',
  ],
  [
    "pytz.timezone('Europe/Berlin').localize(dt.datetime(2026,4,5,1,45),none)",
    "datetime.datetime(2026, 4, 5, 1, 45, tzinfo=<DstTzInfo 'Europe/Berlin' CEST+2:00:00 DST>)",
  ],
  [
    "pytz.timezone('Europe/Dublin').localize(dt.datetime(2026,10,25,1,30),is_dst=false)+dt.timedelta(days=1)",
    "datetime.datetime(2026, 10, 26, 1, 30, tzinfo=<DstTzInfo 'Europe/Dublin' IST+1:00:00 STD>)",
  ],
  [
    "pytz.timezone('Europe/Dublin').localize(dt.datetime(2026,10,25,2,30),is_dst=true).isoformat()",
    "'2026-10-25T02:30:00+00:00'",
  ],
  [
    "pytz.timezone('Europe/Dublin').localize(dt.datetime(2026,10,4,2,15),is_dst=true).isoformat()",
    "'2026-10-04T02:15:00+01:00'",
  ],
  [
    "pytz.timezone('Europe/Dublin').localize(dt.datetime(2026,3,8,2,30),is_dst=false).astimezone(pytz.utc)",
    'datetime.datetime(2026, 3, 8, 2, 30, tzinfo=<UTC>)',
  ],
  [
    "pytz.timezone('Europe/Dublin').localize(dt.datetime(2026,3,8,2,30),is_dst=true)+dt.timedelta(days=1)",
    "datetime.datetime(2026, 3, 9, 2, 30, tzinfo=<DstTzInfo 'Europe/Dublin' GMT0:00:00 DST>)",
  ],
  ["pytz.timezone('PRC').localize(dt.datetime(2026,1,15,12)).dst()", 'datetime.timedelta(0)'],
  ["pytz.timezone('Pacific/Auckland').localize(dt.datetime(2026,7,15,12)).dst()", 'datetime.timedelta(0)'],
  ["pytz.timezone('Pacific/Kosrae').localize(dt.datetime(2026,1,15,12)).dst()", 'datetime.timedelta(0)'],
  ["pytz.timezone('US/East-Indiana').localize(dt.datetime(2026,7,15,12)).dst()", 'datetime.timedelta(seconds=3600)'],
  [
    "pytz.utc.localize(dt.datetime(2026,1,15,12)).astimezone(pytz.timezone('Asia/Muscat'))",
    "datetime.datetime(2026, 1, 15, 16, 0, tzinfo=<DstTzInfo 'Asia/Muscat' +04+4:00:00 STD>)",
  ],
  [
    "pytz.utc.localize(dt.datetime(2026,1,15,12)).astimezone(pytz.timezone('Asia/Seoul'))",
    "datetime.datetime(2026, 1, 15, 21, 0, tzinfo=<DstTzInfo 'Asia/Seoul' KST+9:00:00 STD>)",
  ],
  [
    "pytz.utc.localize(dt.datetime(2026,1,15,12)).astimezone(pytz.timezone('Etc/GMT-11'))",
    "datetime.datetime(2026, 1, 15, 23, 0, tzinfo=<StaticTzInfo 'Etc/GMT-11'>)",
  ],
  [
    "pytz.utc.localize(dt.datetime(2026,1,15,12)).astimezone(pytz.timezone('Europe/Tallinn'))",
    "datetime.datetime(2026, 1, 15, 14, 0, tzinfo=<DstTzInfo 'Europe/Tallinn' EET+2:00:00 STD>)",
  ],
  [
    "pytz.utc.localize(dt.datetime(2026,1,15,12)).astimezone(pytz.timezone('GMT'))",
    "datetime.datetime(2026, 1, 15, 12, 0, tzinfo=<StaticTzInfo 'GMT'>)",
  ],
  [
    "pytz.utc.localize(dt.datetime(2026,7,15,12)).astimezone(pytz.timezone('America/Ensenada'))",
    "datetime.datetime(2026, 7, 15, 5, 0, tzinfo=<DstTzInfo 'America/Ensenada' PDT-1 day, 17:00:00 DST>)",
  ],
  [
    "pytz.utc.localize(dt.datetime(2026,7,15,12)).astimezone(pytz.timezone('Brazil/DeNoronha'))",
    "datetime.datetime(2026, 7, 15, 10, 0, tzinfo=<DstTzInfo 'Brazil/DeNoronha' -02-1 day, 22:00:00 STD>)",
  ],
  ["str(dt.datetime(2026,1,1,tzinfo=pytz.timezone('America/Resolute')))", "'2026-01-01 00:00:00+00:00'"],
  ["str(dt.datetime(2026,1,1,tzinfo=pytz.timezone('Etc/GMT-10')))", "'2026-01-01 00:00:00+10:00'"],
  ["str(dt.datetime(2026,1,1,tzinfo=pytz.timezone('Europe/Vaduz')))", "'2026-01-01 00:00:00+00:34'"],
  ["str(dt.datetime(2026,1,1,tzinfo=pytz.timezone('Mexico/BajaNorte')))", "'2026-01-01 00:00:00-07:48'"],
  ["str(pytz.timezone('Africa/Tripoli').localize(dt.datetime(2026,7,15,12)))", "'2026-07-15 12:00:00+02:00'"],
  ["str(pytz.timezone('America/Cambridge_Bay').localize(dt.datetime(2026,7,15,12)))", "'2026-07-15 12:00:00-06:00'"],
  ["str(pytz.timezone('America/Cayman'))", "'America/Cayman'"],
  ["str(pytz.timezone('America/Edmonton').localize(dt.datetime(2026,1,15,12)))", "'2026-01-15 12:00:00-07:00'"],
  ["str(pytz.timezone('Antarctica/Palmer').localize(dt.datetime(2026,1,15,12)))", "'2026-01-15 12:00:00-03:00'"],
  ["str(pytz.timezone('Australia/Eucla').localize(dt.datetime(2026,7,15,12)))", "'2026-07-15 12:00:00+08:45'"],
  ["str(pytz.timezone('Australia/Tasmania'))", "'Australia/Tasmania'"],
  ["str(pytz.timezone('Etc/GMT-9').localize(dt.datetime(2026,7,15,12)))", "'2026-07-15 12:00:00+09:00'"],
  ["str(pytz.timezone('Etc/Zulu'))", "'Etc/Zulu'"],
  ["str(pytz.timezone('Europe/Minsk').localize(dt.datetime(2026,1,15,12)))", "'2026-01-15 12:00:00+03:00'"],
  ["str(pytz.timezone('Indian/Reunion'))", "'Indian/Reunion'"],
  ["str(pytz.timezone('MST').localize(dt.datetime(2026,7,15,12)))", "'2026-07-15 12:00:00-07:00'"],
  ["str(pytz.timezone('Pacific/Galapagos').localize(dt.datetime(2026,1,15,12)))", "'2026-01-15 12:00:00-06:00'"],
  ["str(pytz.timezone('US/Aleutian').localize(dt.datetime(2026,7,15,12)))", "'2026-07-15 12:00:00-09:00'"],
  ["str(pytz.timezone('US/Mountain'))", "'US/Mountain'"],
];

test.each(CASES)('%s is as in pytz', async (expression, expected) => {
  expect(await evaluate(expression)).toBe(expected);
});

test.each([
  ["pytz.timezone('Europe/Berlim')", "there is no such time zone. Did you mean 'Europe/Berlin'?"],
  ["pytz.timezone('+01:00')", 'there is no such time zone.'],
  ["pytz.timezone('Europe/Berlin').localize(dt.datetime(2026, 10, 25, 2, 30), none)", 'AmbiguousTimeError'],
  ["pytz.timezone('Europe/Berlin').localize(dt.datetime(2026, 3, 29, 2, 30), none)", 'NonExistentTimeError'],
  ['pytz.utc.localize(dt.datetime(2026, 1, 1, tzinfo=pytz.utc))', 'Not naive datetime'],
  ['pytz.utc.normalize(dt.datetime(2026, 1, 1))', 'Naive time - no tzinfo set'],
])('%s fails with a reason', async (expression, reason) => {
  await expect(evaluate(expression)).rejects.toThrow(reason);
});
