import { mysqlFamily } from './mysql-family.ts';

export const mariadb = mysqlFamily({
  name: 'mariadb',
  version: '10.11',
  client: 'mariadb',
  dump: 'mariadb-dump',
  server: 'mariadbd',
  variables: 'MARIADB',
});
