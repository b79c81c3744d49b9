import { expect, test } from 'vitest';
import { judgeName } from './judge-name.ts';

/** Names of columns by table, each with its type where it is no text, and the kind it is, or `-`. */
const LABELLED: readonly (readonly [table: string, names: string])[] = [
  [
    'user',
    `email: email, e_mail: email, emailAddress: email, EMAIL_ADDR: email, primary_email: email, work_email_1: email,
    phone: phone, phone_number: phone, mobilePhone: phone, home_tel: phone, telefonnummer: phone, no_hp: phone,
    first_name: name, firstName: name, FIRSTNAME: name, lname: name, last_name: name, surname: name, name: name,
    full_name: name, nickname: name, prénom: name, nom: name, apellidos: name, sobrenome: name, voornaam: name,
    cognome: name, imię: name, nazwisko: name, soyadı: name, nama_lengkap: name, xingming: name, shimei: name,
    dob DATE: birth_date, date_of_birth DATE: birth_date, birthDate: birth_date, geburtsdatum: birth_date,
    date_naissance: birth_date, fecha_nacimiento: birth_date, geboortedatum: birth_date, tgl_lahir: birth_date,
    birth_year INTEGER: birth_date, address: address, street: address, postal_code: address, city: -,
    home_address: address, strasse: address, adresse: address, dirección: address, alamat: address, jusho: address,
    ssn: national_id, tax_id: national_id, passport_no: national_id, cpf: national_id, pesel: national_id,
    bsn BIGINT: national_id, codice_fiscale: national_id, tc_kimlik_no: national_id, nik: national_id, dni: national_id,
    iban: iban, bank_account_number: iban, kontonummer: iban, card_number: payment_card, cc_num: payment_card,
    ip: ip_address, ip_address: ip_address, last_login_ip: ip_address, remote_addr: ip_address,
    device_id: device_id, imei: device_id, mac_address: device_id, push_token: device_id, userAgent: device_id,
    password: secret, gender: sensitive, religion: sensitive, diagnosis: health, latitude DOUBLE: location,
    id BIGINT: -, user_id BIGINT: -, created_at TIMESTAMP: -, status: -, role: -, plan: -, is_email BOOLEAN: -,
    email_verified BOOLEAN: -, email_verified INTEGER: -, phone_verified_at TIMESTAMP: -, email_template_id: -,
    phone_count INTEGER: -, ip_count INTEGER: -, mobile_app_version: -, academic_year_code: -, email_status: -,
    email_opt_in BOOLEAN: -, name_change_count INTEGER: -, address_id BIGINT: -, city_id INTEGER: -, phone_type: -,
    email_hash: -, password_changed_at TIMESTAMP: -, first_name_length INTEGER: -, last_login TIMESTAMP: -, points INTEGER: -`,
  ],
  [
    'product',
    `name: -, display_name: -, title: -, sku: -, price DECIMAL: -, street: -, address: -, city: -, image_name: -,
    file_name: -, brand_name: -, category_name: -, unit: -, weight DOUBLE: -, mobile: -, lat DOUBLE: -`,
  ],
  [
    'order',
    `shipping_address: address, customer_name: name, billing_address: address, recipient_name: name, order_no: -,
    total DECIMAL: -, currency: -, delivery_status: -, tracking_number: -, item_name: -, email_sent_at TIMESTAMP: -`,
  ],
  [
    'company',
    'name: -, address: -, city: -, industry: -, contact_email: email, contact_name: name, employees INTEGER: -',
  ],
  [
    'pipeline_run',
    'name: -, host: -, state: -, duration INTEGER: -, region: -, job_name: -, queue: -, started TIMESTAMP: -',
  ],
];

test.each(LABELLED)('columns of the table %s are judged by their names', (table, names) => {
  const labelled = names
    .split(',\n')
    .join(', ')
    .split(/,\s+/)
    .map((entry) => {
      const [, name = '', type = 'VARCHAR', kind = ''] = /^\s*(\S+?)(?: (\S+))?: (\S+)\s*$/.exec(entry) ?? [];
      return { name, type, kind };
    });

  const judged = labelled.map(({ name, type }) => `${name}: ${judgeName({ name, type }, table, [])?.piiType ?? '-'}`);

  expect(judged).toEqual(labelled.map(({ name, kind }) => `${name}: ${kind}`));
});

test.each([
  ['phone2', 'phone'],
  ['emailaddress1', 'email'],
  ['address2', 'address'],
  ['author_name_email', 'email'],
  ['address1_latitude', 'location'],
])('a number at the end of %s says nothing, and the last words say what it is: %s', (name, kind) => {
  expect(judgeName({ name, type: 'VARCHAR' }, 'customers', [])?.piiType).toBe(kind);
});

test('other columns about people make a plain name that of a person', () => {
  const neighbours = ['id', 'name', 'email', 'date_of_birth'];

  expect(judgeName({ name: 'name', type: 'VARCHAR' }, 'entries', neighbours)).toMatchObject({ confidence: 'likely' });
  expect(judgeName({ name: 'name', type: 'VARCHAR' }, 'entries', ['id', 'name'])).toBeUndefined();
});
