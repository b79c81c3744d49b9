select person.email from 'data/person.csv' where city = 'Ulm'
