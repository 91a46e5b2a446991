//! TLS for every line to a mail server: the system's roots, plus the CA that a mailbox brings.

use super::error::{MailError, Step, Trouble};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::io::ErrorKind;
use std::sync::Arc;

/// A client configuration that trusts the system's roots and, when given, the certificates in `ca_pem`.
pub fn client_config(ca_pem: Option<&[u8]>) -> Result<Arc<ClientConfig>, MailError> {
    let mut roots = RootCertStore::empty();
    // A root that cannot be read is one server fewer to trust; the handshake says so where it matters.
    let (_taken, _unreadable) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = ca_pem {
        let mut found = false;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|e| MailError::new(Trouble::CaFile, e.to_string()))?;
            roots.add(certificate).map_err(|e| MailError::new(Trouble::CaFile, e.to_string()))?;
            found = true;
        }
        if !found {
            return Err(MailError::new(Trouble::CaFile, "no PEM block named CERTIFICATE"));
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| MailError::new(Trouble::Tls, e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The name that the server's certificate has to carry.
pub fn server_name(host: &str) -> Result<ServerName<'static>, MailError> {
    ServerName::try_from(host.to_owned()).map_err(|e| MailError::new(Trouble::Url, e.to_string()))
}

/// A failed handshake: the certificate is wrong, the line dropped, or this is no TLS at all.
pub fn handshake_error(error: &std::io::Error) -> MailError {
    let certificate = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some_and(|inner| {
        matches!(inner, rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    });
    let gone = matches!(
        error.kind(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe
    );
    let trouble = match (certificate, gone) {
        (true, _) => Trouble::Certificate,
        (false, true) => Trouble::Lost(Step::Tls),
        (false, false) => Trouble::Tls,
    };
    MailError::new(trouble, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_without_a_certificate_is_refused() {
        assert_eq!(client_config(Some(b"hello")).unwrap_err().trouble, Trouble::CaFile);
        assert!(client_config(None).is_ok());
    }
}
