//! Reads an object of AWS whose members are named as AWS names them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};

use crate::text::{cut, is_same_name};

/// Reads an object, and rejects a member whose name differs only in case, `_`, `-`, white space or the like from one of
/// `names` that the object has too: it cannot be known which of the two is right. Other members are left to `T`.
///
/// # Errors
/// Returns the error of `T`, or one that quotes the odd name.
pub fn read<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    names: &'static [&'static str],
) -> Result<T, D::Error> {
    deserializer.deserialize_map(Object { names, read: PhantomData })
}

struct Object<T> {
    names: &'static [&'static str],
    read: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let names = Names { known: self.names, exact: Vec::with_capacity(self.names.len()), odd: Vec::new() };
        T::deserialize(MapAccessDeserializer::new(Members { map, names }))
    }
}

/// The names of an object that were read so far.
struct Names {
    known: &'static [&'static str],
    /// Those that are known.
    exact: Vec<&'static str>,
    /// The first that differs a little from each that is known, and that one.
    odd: Vec<(String, &'static str)>,
}

impl Names {
    /// Takes one more name.
    fn take<E: Error>(&mut self, name: &str) -> Result<(), E> {
        // The names of AWS have no marks, so that one of another length is the same only if it has some.
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_alike = |known: &str| {
            if is_plain { name.eq_ignore_ascii_case(known) } else { is_same_name(name, known) }
        };
        if let Some(known) = self.known.iter().find(|known| **known == name) {
            self.exact.push(known);
        } else if let Some(known) = self.known.iter().find(|known| is_alike(known)) {
            if self.odd.iter().all(|(_, other)| other != known) {
                self.odd.push((name.to_owned(), known));
            }
        } else {
            return Ok(());
        }
        // Two spellings of AWS, such as `arn` and `ARN`, are alike.
        let both =
            self.odd.iter().find(|(_, known)| self.exact.iter().any(|exact| is_same_name(exact, known)));
        both.map_or(Ok(()), |(odd, known)| {
            Err(E::custom(format_args!("{known} is given twice, once spelled {:?}", cut(odd, 40))))
        })
    }
}

/// The members of an object, each name of which is checked.
struct Members<A> {
    map: A,
    names: Names,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.map.next_key_seed(Name { names: &mut self.names, seed })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.map.size_hint()
    }
}

/// One name, which is checked and handed on.
struct Name<'n, K> {
    names: &'n mut Names,
    seed: K,
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Name<'_, K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for Name<'_, K> {
    type Value = K::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<K::Value, E> {
        self.names.take(name)?;
        let name: StrDeserializer<'_, E> = name.into_deserializer();
        self.seed.deserialize(name)
    }
}
