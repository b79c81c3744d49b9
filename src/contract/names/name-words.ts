/** Names of columns that hold one kind of personal value. */
export interface NameWords {
  /** The `meta.pii_type` to write. */
  readonly piiType: string;
  /** Whether the values have a form of their own: where there are values, they decide, and not the name. */
  readonly form: 'own' | 'none';
  /** Words that are enough whatever the table is: in lower case, without accents, a blank between two words. */
  readonly anywhere: string;
  /** Words that are enough in a table about people, or beside columns about people. */
  readonly ofPeople?: string;
}

/**
 * Words for personal values in English, German, French, Spanish, Portuguese, Dutch, Italian, Polish, Turkish, Indonesian,
 * and Japanese and Chinese in Latin letters, with abbreviations that are usual in databases. Entries are separated by
 * commas. The longest entry in a name counts.
 */
export const NAME_WORDS: readonly NameWords[] = [
  {
    piiType: 'email',
    form: 'own',
    anywhere:
      'email, e mail, adresse email, adresse mail, adresse electronique, adresse courriel, emailadres, emailadresse, mail address, mailaddress, emailaddress, email address, email addr, notification email, emailaddr, mailaddr, courriel, correo, correo electronico, e posta, eposta, surel, adres email, posta elettronica, meeru, youxiang, useremail, login email',
    ofPeople: 'mail',
  },
  {
    piiType: 'phone',
    form: 'own',
    anywhere:
      'phone, phones, phone number, phonenumber, phone no, phoneno, telephone, telephone number, mobile number, mobile phone, mobile no, mobilephone, mobilenumber, cell phone, cellphone, cell number, tel, tel no, telno, fax, fax number, faxno, msisdn, whatsapp, telefon, telefonnummer, telefonnr, faxnummer, rufnummer, mobilnummer, handynummer, handy, telefone, celular, telefono, movil, numero telefono, telephone portable, numero telephone, telefoon, telefoonnummer, mobiel, cellulare, numer telefonu, komorka, cep telefonu, cep tel, telepon, nomor telepon, no telp, no hp, nomor hp, denwa, denwa bangou, keitai, dianhua, shouji, shoujihao',
    ofPeople: 'mobile, cell',
  },
  {
    piiType: 'name',
    form: 'none',
    anywhere:
      'first name, firstname, fname, given name, givenname, forename, last name, lastname, lname, surname, family name, familyname, middle name, middlename, maiden name, spouse name, spouses name, spousesname, childrens names, childrensnames, author name, birth name, full name, fullname, person name, customer name, patient name, employee name, client name, contact name, guest name, passenger name, student name, recipient name, cardholder name, kontoinhaber, person to be contacted, account holder, accountholder, nickname, legal name, vorname, nachname, familienname, geburtsname, prenom, nom famille, nom de famille, nom complet, nombre completo, apellido, apellidos, primer apellido, segundo apellido, nome completo, sobrenome, apelido, voornaam, achternaam, tussenvoegsel, nome cliente, cognome, imie, nazwisko, imie nazwisko, ad soyad, soyad, soyadi, nama lengkap, nama depan, nama belakang, shimei, namae, myoji, kanji name, kana name, furigana, xingming, mother name, father name, mothers maiden name, next of kin, emergency contact',
    ofPeople: 'name, nom, nombre, nome, naam, ad, adi, nama, display name, displayname, initials, signature',
  },
  {
    piiType: 'birth_date',
    form: 'none',
    anywhere:
      'date of birth, birth datetime, birth timestamp, dob, birth date, birthdate, birthday, bday, born on, date birth, birth year, year of birth, birthyear, geburtsdatum, geburtstag, gebdat, date de naissance, date naissance, naissance, fecha nacimiento, fecha de nacimiento, nacimiento, data nascimento, data de nascimento, nascimento, geboortedatum, data di nascita, data nascita, nascita, data urodzenia, urodzenia, dogum tarihi, tanggal lahir, tgl lahir, seinengappi, shengri, chusheng riqi, place of birth, birth place, birthplace, geburtsort',
    ofPeople: 'born',
  },
  {
    piiType: 'address',
    form: 'none',
    anywhere:
      'street address, streetaddress, ship address, shipaddress, ship street, bill address, payment address, shipping postcode, shipping postal code, shipping zip, billing postcode, billing postal code, billing zip, payment postcode, address zip, address postcode, home address, postal address, mailing address, shipping address, billing address, delivery address, residential address, address line, address line 1, address line 2, address1, address2, addr1, addr2, addressline1, addressline2, street name, house number, houseno, apartment, strasse, hausnummer, anschrift, wohnort, adresse postale, adresse domicile, direccion, domicilio, calle, endereco, logradouro, woonadres, huisnummer, straatnaam, indirizzo, residenza, ulica, adres zamieszkania, nr domu, ev adresi, alamat, alamat rumah, jusho, dizhi',
    ofPeople:
      'address, addr, street, rue, adresse, adres, zip, zip code, zipcode, postcode, postal code, plz, code postal, codigo postal, cep, postcodes, cap, kod pocztowy, posta kodu, kode pos, yubin bangou',
  },
  {
    piiType: 'national_id',
    form: 'none',
    anywhere:
      'ssn, taxvat, government id, governmentid, passeport, numero passeport, social security, social security number, social security no, national id, nationalid, national identification number, national insurance number, nino, tax id, taxid, tax number, tax no, tin, itin, passport, passport number, passport no, passportno, driver license, drivers license, driving licence, driver licence, license number driver, id card number, idcard, id number person, identity number, identity card, medicare number, medicare, nhs number, health insurance number, steuer id, steuerid, steuernummer, sozialversicherungsnummer, svnr, personalausweis, personalausweisnummer, ausweisnummer, passport id, identification id, ssnid, sinid, reisepass, ahv, ahv nummer, nir, insee, numero securite sociale, securite sociale, num secu, dni, nie, nif, curp, rfc, cedula, rut, cuit, cuil, cpf, rg, cnh, nis, titulo eleitor, bsn, burgerservicenummer, rijbewijs, codice fiscale, codfisc, tessera sanitaria, pesel, nip, dowod osobisty, numer dowodu, tc kimlik, tckn, tc kimlik no, kimlik no, nik, no ktp, ktp, npwp, mai namba, my number, mynumber, shenfenzheng, shenfenzheng hao, aadhaar, aadhar, pan number, personnummer, fodselsnummer, cpr, cpr number, hetu, henkilotunnus, egn, cnp, oib, jmbg, emso, rodne cislo, amka, afm, pps number, sin number, tfn, nric, hkid, rrn, cnic, bvn, fin kod, inn, snils, nss, nuss, nin, nid, sss no, sss number, teudat zehut, mispar zehut, szemelyi szam, szemelyi azonosito, taj szam, adoazonosito, nit, ine, cuil cuit, philsys, umid, kennitala, asmens kodas, isikukood, personas kods, maticni broj, rijksregisternummer, numero national, registre national, amm, emirates id, iqama, civil id, national number, citizen id, identification number, document number person, identity card number, tax file number, tfn number, ird number, sv nummer, sozialversicherungsnr, national health number, resident id, hukou, ghana card, nimc, kra pin, vehicle registration number, licence plate, license plate, number plate, kennzeichen',
  },
  {
    piiType: 'iban',
    form: 'own',
    anywhere:
      'iban, bank ac, bank ac no, bank acct, bank account, bank account number, bankaccount, account iban, kontonummer, bankverbindung, compte bancaire, cuenta bancaria, conta bancaria, rekeningnummer, conto corrente, numer konta, hesap no, rekening, no rekening, kouza bangou, yinhang zhanghao',
    ofPeople: 'account number, account no, acct no',
  },
  {
    piiType: 'payment_card',
    form: 'own',
    anywhere:
      'card number, cardnumber, card no, cardno, credit card, creditcard, credit card number, cc number, ccnum, cc num, pan, cvv, cvc, card cvv, kreditkarte, kreditkartennummer, carte bancaire, carte credit, tarjeta credito, numero tarjeta, cartao credito, numero cartao, creditcardnummer, carta di credito, numer karty, kart no, kredi karti, kartu kredit, no kartu, yinhang kahao',
  },
  {
    piiType: 'ip_address',
    form: 'own',
    anywhere:
      'ip, lastip, ip address, ipaddress, ip addr, ipaddr, ipv4, ipv6, remote addr, remote ip, client ip, user ip, last ip, last login ip, signup ip, x forwarded for, forwarded for, source ip, adresse ip, direccion ip, endereco ip, ip adresse, ip adres, indirizzo ip, adres ip, alamat ip, ip adresi',
  },
  {
    piiType: 'device_id',
    form: 'none',
    anywhere:
      'device id, deviceid, device identifier, device token, push token, imei, imsi, iccid, mac address, macaddress, mac addr, advertising id, idfa, gaid, android id, idfv, browser fingerprint, device fingerprint, device vendor id, cookie id, serial number device, user agent, useragent',
    ofPeople: 'fingerprint',
  },
  {
    piiType: 'health',
    form: 'none',
    anywhere:
      'diagnosis, blood type, bloodtype, blood group, medical condition, health details, health condition, disability, allergies, medication, diagnose, blutgruppe, krankheit, diagnostic medical, groupe sanguin, diagnostico',
  },
  {
    piiType: 'sensitive',
    form: 'none',
    anywhere:
      'religion, ethnicity, sexual orientation, political opinion, marital status, konfession, familienstand, etnia, religione, salary, gehalt, salaire, salario, ethnic group, nationality, staatsangehoerigkeit, nationalite, nacionalidad',
    ofPeople: 'gender, marital, sex, geschlecht, sexe, sexo, geslacht, sesso, plec, cinsiyet, jenis kelamin, race, age',
  },
  {
    piiType: 'secret',
    form: 'none',
    anywhere:
      'password, passwd, password hash, encrypted password, password digest, user pass, hashed password, pwd, passwort, kennwort, mot de passe, motdepasse, contrasena, senha, wachtwoord, haslo, sifre, kata sandi, security answer, pin code',
  },
  {
    piiType: 'location',
    form: 'none',
    anywhere:
      'home latitude, home longitude, home lat, home lon, home location, gps location, user location, geolocation',
    ofPeople: 'latitude, longitude, lat, lon, lng',
  },
];

/** Words of a name that make it another thing: a property or a count of the value, a setting, a template. */
export const OTHER_THINGS: ReadonlySet<string> = new Set(
  'bounce bounces delivered delivery open opens send received failed failures check checks checked tracker spam marked isp organization organisation netspeed promotion constraint clicks click rates prefixes id ids uuid key fk count counts cnt num total verified confirmed validated is has was can allow allowed enabled disabled opt optin optout consent subscribed sent opened clicked bounced at on flag status state type types kind category template templates version versions format domain provider host server port client_type notifications notification preference preferences setting settings change changes changed required valid invalid length len rank score group_id source method channel campaign list queue subject body quota hash hashed masked pseudonym encrypted token_type label title brand model code_type delivery_type rate ratio percent share level index idx limit max min avg sum number_of pool range prefix suffix country city region zone currency lang language locale'.split(
    ' ',
  ),
);

/** Words of tables and of neighbouring columns about people. */
export const PEOPLE: ReadonlySet<string> = new Set(
  'user users customer customers client clients person persons people employee employees staff member members patient patients contact contacts student students teacher teachers guest guests passenger passengers account accounts profile profiles subscriber subscribers lead leads applicant applicants candidate candidates tenant tenants owner owners driver drivers visitor visitors donor donors attendee attendees beneficiary beneficiaries recipient recipients resident residents citizen citizens voter voters doctor doctors physician nurse player players kunde kunden benutzer mitarbeiter person personen personne personnes clientes utilisateur utilisateurs employe employes usuario usuarios empleado empleados paciente pacientes pessoa pessoas cliente funcionario gebruiker klant klanten medewerker utente utenti dipendente uzytkownik klient klienci pracownik kullanici musteri calisan pengguna pelanggan karyawan kokyaku yonghu kehu hr borrower borrowers insured policyholder policyholders accounts_user'.split(
    ' ',
  ),
);

/** Words of tables about things, in which `name` and `address` are those of the thing. */
export const THINGS: ReadonlySet<string> = new Set(
  'product products item items category categories article articles order_status event_types types status statuses tag tags feature features plan plans permission permissions role roles setting settings template templates country countries currency currencies city cities region regions warehouse warehouses store stores branch branches department departments brand brands company companies organization organizations organisation organisations vendor vendors supplier suppliers campaign campaigns channel channels page pages file files job jobs queue queues project projects team teams course courses movie movies album albums song songs track tracks game games order orders app apps application os merchant merchants metric metrics repository repositories repo repos tracker server servers browser br event segment segments survey surveys poll polls library operating network domain host device model screen image key queue sensor sensors station stations book books film films airport airports build builds survey'.split(
    ' ',
  ),
);
