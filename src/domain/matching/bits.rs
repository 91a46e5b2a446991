//! Sets of the words of a `code!` enum, a bit each: quick to compare, and written as the list that the database holds.

/// Declares a set: `code_set! { /// Doc. pub struct Levels(u16) of Level; }`.
macro_rules! code_set {
    ($(#[$meta:meta])* pub struct $name:ident($bits:ty) of $code:ty;) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name($bits);

        impl $name {
            const fn bit(code: $code) -> $bits {
                1 << code as u8
            }

            /// Reads a comma-separated list of words; those that are unknown are left out.
            pub fn read(list: &str) -> Self {
                list.split(',').filter_map(|word| word.trim().parse().ok()).collect()
            }

            /// Whether nothing is in it.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Whether this is in it.
            pub const fn has(self, code: $code) -> bool {
                self.0 & Self::bit(code) != 0
            }

            /// What is in both.
            #[must_use]
            pub const fn and(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// What is in either.
            #[must_use]
            pub const fn or(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// What is in it, in the order of the table.
            pub fn iter(self) -> impl Iterator<Item = $code> {
                <$code>::ALL.iter().copied().filter(move |code| self.has(*code))
            }
        }

        impl FromIterator<$code> for $name {
            fn from_iter<I: IntoIterator<Item = $code>>(codes: I) -> Self {
                Self(codes.into_iter().fold(0, |bits, code| bits | Self::bit(code)))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let words: Vec<&str> = self.iter().map(<$code>::as_str).collect();
                serializer.serialize_str(&words.join(","))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let list = String::deserialize(deserializer)?;
                let words = list.split(',').filter(|word| !word.is_empty());
                words.map(|word| word.parse().map_err(serde::de::Error::custom)).collect()
            }
        }
    };
}
pub(super) use code_set;
