import { mysqlFamily } from './mysql-family.ts';

export const mysql = mysqlFamily({
  name: 'mysql',
  version: '8.4',
  client: 'mysql',
  dump: 'mysqldump',
  server: 'mysqld',
  variables: 'MYSQL',
});
