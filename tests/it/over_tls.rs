//! `PostgreSQL` over a network that nobody has to trust: a server that takes TLS and nothing else. Built and run with the
//! feature `postgres-tls`, by `tests/run --long`.

use crate::support::certs;
use crate::support::postgres::START;
use crate::support::processes::{RunFolder, Server, free_port};
use diesel::sql_types::Bool;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use stagemakelaar::store::DbError;
use stagemakelaar::store::db::Db;
use std::path::Path;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Bool)]
    ssl: bool,
}

#[test]
fn the_database_is_reached_over_tls_and_only_as_the_url_asks() {
    let folder = RunFolder::new("postgres-tls");
    certs::put_into(&folder);
    folder.write("hba.conf", "hostssl all all all trust\n");
    let port = free_port();
    let url = |rest: &str| format!("postgres://crm@localhost:{port}/postgres?{rest}");
    let checked = |ca: &Path| url(&format!("sslmode=verify-full&sslrootcert={}", ca.display()));
    let known = checked(&certs::ca_file());
    let start = format!("chmod 600 server.key; {START}");
    let listen = format!("port={port}");
    let mut program = vec!["bash", "-c", &start, "postgres", "-c", "listen_addresses=localhost", "-c", &listen];
    program.extend(["-c", "hba_file=/mnt/hba.conf", "-c", "ssl=on"]);
    program.extend(["-c", "ssl_cert_file=/mnt/server.pem", "-c", "ssl_key_file=/mnt/server.key"]);
    let _server = Server::start(&folder, "postgres", &program).until(|| Db::open(&known, 2).is_ok());

    let db = Db::open(&known, 2).unwrap();
    assert!(!db.migrate().unwrap().is_empty());
    assert!(db.pending().unwrap().is_empty());
    let mut line = PgConnection::establish(&known).unwrap();
    let ask = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert!(sql_query(ask).get_result::<Line>(&mut line).unwrap().ssl);

    for refused in [url("sslmode=disable"), checked(&certs::stranger_ca_file())] {
        assert!(matches!(Db::open(&refused, 2), Err(DbError::Unreachable(_))), "{refused}");
    }
}
