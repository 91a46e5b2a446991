//! A private certificate authority for the run and one certificate for `localhost` and 127.0.0.1, which every server of the
//! run shows; and the authority of a stranger, which signed nothing.

use super::processes::RunFolder;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use std::path::PathBuf;
use std::sync::OnceLock;

struct Authority {
    folder: RunFolder,
    certificate: String,
    key: String,
}

fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let folder = RunFolder::new("certificates");
        let ours = issuer("Authority of the tests");
        folder.write("ca.pem", ours.pem());
        folder.write("stranger.pem", issuer("A stranger").pem());
        let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &ours).unwrap().pem();
        Authority { folder, certificate, key: key.serialize_pem() }
    })
}

fn issuer(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// The file with the authority that signed every server's certificate (PEM).
pub fn ca_file() -> PathBuf {
    authority().folder.path().join("ca.pem")
}

/// The file with an authority that signed none of them (PEM).
pub fn stranger_ca_file() -> PathBuf {
    authority().folder.path().join("stranger.pem")
}

/// Writes `server.pem` and `server.key` into a server's folder.
pub fn put_into(folder: &RunFolder) {
    folder.write("server.pem", &authority().certificate);
    folder.write("server.key", &authority().key);
}
