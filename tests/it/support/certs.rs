//! A private certificate authority for the run and one certificate for `localhost` and 127.0.0.1, which every server of the
//! run shows; and two that a scripted peer can show instead: a stranger's, and one for another name.

use super::processes::RunFolder;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What a server shows of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// The right certificate.
    #[default]
    Ours,
    /// One for `localhost` that a stranger signed.
    Strange,
    /// One of ours for another name.
    OtherName,
}

/// A certificate and its key (PEM).
struct Pair {
    certificate: String,
    key: String,
}

struct Authority {
    folder: RunFolder,
    ours: Pair,
    strange: Pair,
    other_name: Pair,
}

fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let folder = RunFolder::new("certificates");
        let (ours, stranger) = (issuer("Authority of the tests"), issuer("A stranger"));
        folder.write("ca.pem", ours.pem());
        folder.write("stranger.pem", stranger.pem());
        Authority {
            folder,
            ours: pair(&["localhost", "127.0.0.1"], &ours),
            strange: pair(&["localhost", "127.0.0.1"], &stranger),
            other_name: pair(&["elders.example"], &ours),
        }
    })
}

fn pair(names: &[&str], issuer: &CertifiedIssuer<'static, KeyPair>) -> Pair {
    let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().unwrap();
    Pair { certificate: params.signed_by(&key, issuer).unwrap().pem(), key: key.serialize_pem() }
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

/// The file with an authority that signed no server's (PEM).
pub fn stranger_ca_file() -> PathBuf {
    authority().folder.path().join("stranger.pem")
}

/// Writes `server.pem` and `server.key` into a server's folder.
pub fn put_into(folder: &RunFolder) {
    folder.write("server.pem", &authority().ours.certificate);
    folder.write("server.key", &authority().ours.key);
}

/// The TLS of a scripted peer that shows this.
pub fn server_config(shown: Shown) -> Arc<ServerConfig> {
    let pair = match shown {
        Shown::Ours => &authority().ours,
        Shown::Strange => &authority().strange,
        Shown::OtherName => &authority().other_name,
    };
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.unwrap())
}
