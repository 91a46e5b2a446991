//! Enums that are stored, shown in JSON and written in files by one fixed word each.
//! `code!` keeps the enum and its words in one table; an unknown word is an error, never a default.

/// The text is no word of the enum it was read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}; known are: {known}")]
pub struct UnknownCode {
    /// The enum's name.
    pub what: &'static str,
    /// What stood there.
    pub text: String,
    /// All words, comma-separated.
    pub known: String,
}

/// Implements `ToSql<Text>` and `FromSql<Text>` by `as_str` and `FromStr`.
macro_rules! text_column {
    ($name:ident) => {
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.as_str(), out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(raw)?;
                Ok(text.parse()?)
            }
        }
    };
}

/// Declares an enum with one stored word per variant:
/// `code! { /// Doc. pub enum Level { /// Doc. Mbo1 = "mbo1", … } }`.
macro_rules! code {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The one word by which it is stored and exchanged.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::code::UnknownCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::domain::code::UnknownCode {
                        what: stringify!($name),
                        text: text.to_owned(),
                        known: [$($word),+].join(", "),
                    }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        $crate::domain::code::text_column!($name);
    };
}

pub(crate) use {code, text_column};

/// Reads a stored comma-separated list of codes (`mbo2,mbo3`); words that are unknown are left out.
pub fn split<T: std::str::FromStr>(text: &str) -> Vec<T> {
    text.split(',').filter_map(|word| word.trim().parse().ok()).collect()
}

/// Writes codes as the comma-separated list that [`split`] reads.
pub fn join<T: std::fmt::Display>(codes: &[T]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::Level;

    #[test]
    fn a_list_of_codes_survives_the_round_trip() {
        let levels = vec![Level::Mbo2, Level::Mbo4];
        assert_eq!(join(&levels), "mbo2,mbo4");
        assert_eq!(split::<Level>(&join(&levels)), levels);
        assert_eq!(split::<Level>(""), vec![]);
    }

    #[test]
    fn an_unknown_word_is_named_with_the_known_ones() {
        let error = "mbo9".parse::<Level>().unwrap_err();
        assert!(error.to_string().starts_with("`mbo9` is no Level; known are: mbo1, mbo2"));
    }
}
