import type { Kind, Schema, Table, TableColumn } from '../testing/random/random-schema.ts';

const TYPES: Readonly<Record<Kind, string>> = {
  text: 'varchar',
  int: 'integer',
  bool: 'boolean',
  date: 'date',
  list: 'varchar[]',
  struct: '',
  json: 'json',
};

const KINDS: readonly Kind[] = ['text', 'int', 'bool', 'date', 'list', 'json'];

/** Tables of a retailer. They are small, since the test changes each column and runs every query again. */
export const RETAIL: Schema = [
  parseTable('stores', 4, {
    id: 'key',
    name: "text 'North End','Harbour','Old Mill','Parkway'",
    city: "text 'Lyon','Porto','Lyon','Gent'",
    region: "text 'west','south'",
    opened_on: "date '2015-03-01','2019-10-12','2012-05-30','2021-01-15'",
    floor_space: 'int 420,180,900,250',
  }),
  parseTable('items', 8, {
    id: 'key',
    sku: "text 'A-100','A-200','B-100','B-300','C-050','C-051','D-900','D-901'",
    title: "text 'Kettle','Toaster','Lamp','Desk','Pen','Ink','Tent','Stove'",
    category: "text 'kitchen','kitchen','home','home','office','office','outdoor','outdoor'",
    brand: "text 'Arvo','Belt','Arvo','Cove'",
    price: 'int 40,35,25,180,2,6,220,75',
    cost: 'int 22,20,11,95,1,3,130,41',
    specs: `json '{"weight": 3, "colours": ["red", "grey"]}','{"weight": 2, "colours": []}','{"weight": 5}',null`,
  }),
  parseTable('customers', 8, {
    id: 'key',
    first_name: "text 'Ada','Bo','Cleo','Dag','Eve','Finn','Gus','Hana'",
    last_name: "text 'Noor','Berg','Noor','Lund','Silva','Berg','Okoye','Ito'",
    email:
      "text 'ada@mail.test','bo@post.test','cleo@mail.test',null,'eve@post.test','finn@mail.test','gus@mail.test','hana@post.test'",
    phone: "text '+3201','+3202','+3203','+3204',null,'+3206','+3207','+3208'",
    birth_date:
      "date '1980-05-02','1991-11-23','2001-02-28','1975-07-14','1988-01-09','2003-09-30','1969-12-12','1995-04-04'",
    city: "text 'Lyon','Porto','Gent','Lyon','Gent','Porto','Lyon','Gent'",
    address:
      "struct struct(street varchar, zip varchar) {'street': 'Oak 1', 'zip': '1000'},{'street': 'Elm 2', 'zip': '2000'},{'street': 'Fir 3', 'zip': '1000'},null",
    interests: "list ['home','kitchen'],['outdoor'],[],['office','home','garden'],null",
    joined_on:
      "date '2023-01-10','2023-02-05','2023-02-20','2023-06-01','2024-01-03','2024-01-15','2024-03-08','2024-03-09'",
    segment: "text 'plus','basic','basic','plus','basic'",
    consents: 'bool true,false,true,true',
    referred_by: 'int null,1,1,2,2,3,null,7',
  }),
  parseTable('promotions', 3, {
    id: 'key',
    name: "text 'Spring','Club','Clearance'",
    channel: "text 'web','store','web'",
    starts_on: "date '2024-01-01','2024-02-01','2024-03-01'",
    ends_on: "date '2024-02-15','2024-12-31','2024-04-30'",
    rate: 'int 10,5,30',
  }),
  parseTable('sales', 48, {
    id: 'key',
    customer_id: 'int 1,2,3,1,4,5,2,6,7,1,3,8,5',
    store_id: 'int 1,2,1,3,4,2,3',
    item_id: 'int 1,2,3,4,5,6,7,8,3,1,5',
    promo_id: 'int null,1,null,2,3',
    sold_on:
      "date '2023-11-03','2023-12-24','2024-01-05','2024-01-31','2024-02-14','2024-02-29','2024-03-05','2024-03-31','2024-04-12'",
    quantity: 'int 1,2,1,3,5,1,4',
    unit_price: 'int 40,35,24,180,2,6,200,75,25,38,2',
    channel: "text 'web','store','store','web','phone'",
    gift_note: "text null,'for Ada','happy birthday',null,null,'call +3206'",
  }),
  parseTable('returns', 14, {
    id: 'key',
    sale_id: 'int 2,5,9,11,14,20,23,27,30,33,38,41,44,47',
    returned_on: "date '2024-01-12','2024-02-20','2024-03-15','2024-04-02'",
    quantity: 'int 1,1,2',
    amount: 'int 35,2,24,180,60',
    reason: "text 'broken','late','unwanted','wrong size'",
  }),
  parseTable('inventory', 20, {
    id: 'key',
    store_id: 'int 1,2,3,4',
    item_id: 'int 1,1,2,2,3,4,5,7,8,8',
    counted_on: "date '2024-01-01','2024-02-01','2024-03-01'",
    on_hand: 'int 10,0,4,25,7,3,12',
  }),
  parseTable('employees', 9, {
    id: 'key',
    store_id: 'int 1,1,2,3,4,3,2,1,4',
    full_name: "text 'Mia Kok','Nils Roy','Ola Dahl','Pia Sand','Quin Hale','Rut Berg','Sam Vik','Tor Lie','Una Bek'",
    manager_id: 'int null,1,1,1,4,4,3,2,5',
    salary: 'int 5200,3100,3300,4100,2900,2800,2700,2500,2600',
    hired_on: "date '2012-06-01','2016-02-11','2019-10-01','2013-01-20','2021-01-02'",
  }),
  parseTable('visits', 24, {
    id: 'key',
    customer_id: 'int 1,2,null,3,1,5,8,2',
    page: "text '/home','/item/1','/cart','/item/3','/checkout'",
    visited_at:
      "date timestamp '2024-01-05 09:00','2024-01-05 09:04','2024-01-05 11:30','2024-02-14 20:15','2024-02-14 20:16','2024-03-05 08:00'",
    context: `json '{"agent": "phone", "ref": {"campaign": "c1"}}','{"agent": "desk"}','{"ref": {"campaign": "c2"}}'`,
  }),
  parseTable('calendar', 9, {
    day: "date '2023-11-03','2023-12-24','2024-01-05','2024-01-31','2024-02-14','2024-02-29','2024-03-05','2024-03-31','2024-04-12'",
    year: 'int 2023,2023,2024,2024,2024,2024,2024,2024,2024',
    month: 'int 11,12,1,1,2,2,3,3,4',
    is_holiday: 'bool false,true,false,false,true,false,false,true,false',
  }),
];

/**
 * A table from columns in the notation `<kind> [<type>] <values>`: the rows take the values in turn, and a `key` counts
 * from 1.
 */
function parseTable(name: string, count: number, written: Readonly<Record<string, string>>): Table {
  const columns = Object.entries(written).map(([column, text]) => ({
    ...columnOf(column, text),
    values: valuesOf(text),
  }));
  const rows = Array.from({ length: count }, (_, row) =>
    columns.map(({ values }) => (values.length === 0 ? String(row + 1) : (values[row % values.length] ?? 'null'))),
  );
  return { name, columns, rows };
}

function columnOf(name: string, text: string): TableColumn {
  const [kind = ''] = text.split(' ');
  if (kind === 'struct') {
    const changes = ["{'street': #.street || rowid, 'zip': #.zip}", 'null', "{'street': #.street, 'zip': '9'}", '#'];
    return { name, kind, type: 'struct(street varchar, zip varchar)', changes };
  }
  if (text.startsWith('date timestamp')) return { name, kind: 'date', type: 'timestamp' };
  const found = KINDS.find((candidate) => candidate === kind);
  return { name, kind: found ?? 'int', type: TYPES[found ?? 'int'] };
}

/** Values of a list; a comma inside brackets or quotes belongs to a value. */
function valuesOf(text: string): readonly string[] {
  const list = text.replace(/^\w+ (timestamp |struct\([^)]*\) )?/, '');
  if (text === 'key') return [];
  return list.match(/'[^']*'|\{[^}]*\}|\[[^\]]*\]|[^,]+/g) ?? [];
}
