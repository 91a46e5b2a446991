//! Which addresses a mail server may stand at. The check is made on the very address that is then connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Which addresses may be connected to. What a page asks for is held to public ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reach {
    /// Whatever the command line or the configuration says.
    #[default]
    Anywhere,
    /// Public addresses on mail ports, and these as well (any port).
    Public {
        /// Loopback, private and link-local addresses that the configuration allows.
        except: Vec<IpAddr>,
    },
}

impl Reach {
    /// Whether this address and port may be connected to.
    pub fn allows(&self, address: SocketAddr) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Public { except } => {
                except.contains(&address.ip())
                    || (is_public(address.ip()) && matches!(address.port(), 25 | 465 | 587 | 143 | 993))
            }
        }
    }
}

/// Whether an address is one of the open internet's.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(|| is_public_v6(ip), is_public_v4),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol_or_benchmark = (a, b, c) == (192, 0, 0) || (a == 198 && (b & 0xfe) == 18);
    !(a == 0
        || a >= 240
        || shared
        || protocol_or_benchmark
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let first = ip.segments()[0];
    // Only 2000::/3 is global; 2002::/16 and 2001::/32 carry a v4 address that we would not see.
    (first & 0xe000) == 0x2000 && first != 0x2002 && !(first == 0x2001 && ip.segments()[1] == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_asks_for_stays_off_private_networks() {
        let reach = Reach::Public { except: vec!["10.0.0.5".parse().unwrap()] };
        for no in [
            "127.0.0.1:465",
            "10.0.0.1:465",
            "169.254.169.254:465",
            "[::1]:465",
            "[fd00::1]:465",
            "[::ffff:10.0.0.1]:465",
            "0.0.0.0:465",
            "93.184.216.34:6379",
        ] {
            assert!(!reach.allows(no.parse().unwrap()), "{no}");
        }
        for yes in ["93.184.216.34:465", "[2606:2800:220:1::1]:993", "10.0.0.5:2525"] {
            assert!(reach.allows(yes.parse().unwrap()), "{yes}");
        }
    }
}
