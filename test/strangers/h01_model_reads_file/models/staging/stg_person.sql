select id, email, city from read_csv('data/*.csv', header = true) as p
