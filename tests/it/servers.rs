//! The servers themselves: each really starts, does its part, and is gone afterwards.

use crate::support::postgres::{Postgres, fresh_postgres};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

#[test]
fn every_test_gets_a_postgres_database_of_its_own() {
    let (one, other) = (fresh_postgres(), fresh_postgres());
    assert_ne!(one, other);
    let mut connection = PgConnection::establish(&one).unwrap();
    sql_query("CREATE TABLE only_here (id BIGINT)").execute(&mut connection).unwrap();
    let mut connection = PgConnection::establish(&other).unwrap();
    sql_query("SELECT id FROM only_here").execute(&mut connection).unwrap_err();
}

#[test]
fn a_durable_postgres_keeps_what_was_committed_when_it_is_killed() {
    let mut cluster = Postgres::durable();
    let url = cluster.fresh_database();
    let mut connection = PgConnection::establish(&url).unwrap();
    sql_query("CREATE TABLE kept AS SELECT 1 AS id").execute(&mut connection).unwrap();
    cluster.kill();
    sql_query("SELECT id FROM kept").execute(&mut connection).unwrap_err();
    cluster.start();
    let mut connection = PgConnection::establish(&url).unwrap();
    assert_eq!(sql_query("SELECT id FROM kept").execute(&mut connection).unwrap(), 1);
}
