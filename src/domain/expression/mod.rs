//! Claim expressions: one line over the fields of a member, compiled when the configuration is read and evaluated
//! when userinfo is asked. They are expressions of minijinja, without loops, templates and files.
//!
//! | file | owns |
//! |---|---|
//! | [`seen`] | what an expression sees of a member, by the names of `user/get` |
//! | `mistake` | what is wrong with an expression, and what to write instead |
//! | `samples` | invented members on whom every expression is tried before it is taken |

mod mistake;
mod samples;
pub mod seen;
#[cfg(test)]
mod tests;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use minijinja::value::ValueKind;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};
use serde_json::Value as Json;

pub use mistake::Mistake;
use samples::SAMPLES;
pub use seen::Sight;

/// The longest expression, in characters.
pub const LONGEST: usize = 2_000;

/// What one evaluation may spend: so many steps, or some hundred kilobytes of text.
const FUEL: u64 = 20_000;

/// The longest text of a claim, and of all texts of a list together, in bytes.
const LARGEST: usize = 16 * 1024;

/// The largest whole number that every reader of JSON keeps (RFC 8259 §6).
const EXACT: u64 = 1 << 53;

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    // Nothing but the member is there to be named.
    for global in ["range", "dict", "debug", "namespace"] {
        engine.remove_global(global);
    }
    engine
});

/// A compiled expression.
pub struct Expression {
    source: String,
    compiled: minijinja::Expression<'static, 'static>,
    failed: AtomicBool,
}

/// Why an expression gave nothing for a member. It never holds anything of the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It took something that is not there: an index beyond a list's end.
    Undefined,
    /// It cannot be computed: a text that is no number, a division by nothing.
    Impossible,
    /// It took too many steps, or too much memory on its way.
    TooLong,
    /// Its result is too large.
    TooLarge,
    /// Its result is something else than a text, a number, true or false, or a list of texts.
    WrongKind,
    /// Its result is a number that JSON does not have, or that some readers would change.
    NoNumber,
}

impl Failure {
    /// For the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undefined => "it takes something that this member does not have",
            Self::Impossible => "it cannot be computed for this member",
            Self::TooLong => "it takes too many steps",
            Self::TooLarge => "its result is larger than 16 KiB",
            Self::WrongKind => "its result is neither a text, a number, true or false, nor a list of texts",
            Self::NoNumber => "its result is not a number that JSON can hold exactly",
        }
    }
}

impl Expression {
    /// Compiles an expression and tries it on invented members: one with every field, one with none, an odd one.
    pub fn compile(source: &str) -> Result<Self, Mistake> {
        if source.trim().is_empty() || source.chars().count() > LONGEST {
            return Err(Mistake::size());
        }
        let compiled =
            ENGINE.compile_expression_owned(source.to_owned()).map_err(|error| Mistake::of(&error, source))?;
        Mistake::unless_known(&compiled.undeclared_variables(false), source)?;
        let expression = Self { source: source.to_owned(), compiled, failed: AtomicBool::new(false) };
        for sample in SAMPLES.iter() {
            expression.run(&sample.sight).map_err(|ran| ran.mistake(sample.who, source))?;
        }
        Ok(expression)
    }

    /// The value of the claim for a member; `None` where there is nothing to say.
    pub fn evaluate(&self, sight: &Sight) -> Result<Option<Json>, Failure> {
        self.run(sight).map_err(|ran| ran.failure)
    }

    /// Whether the expression speaks of this field.
    pub fn names(&self, field: &str) -> bool {
        self.compiled.undeclared_variables(false).contains(field)
    }

    /// Whether it had not failed before: a failure is logged once.
    pub fn fails_first(&self) -> bool {
        !self.failed.swap(true, Ordering::Relaxed)
    }

    fn run(&self, sight: &Sight) -> Result<Option<Json>, Ran> {
        // A fault of the engine must not cost the member the answer.
        let value = catch_unwind(AssertUnwindSafe(|| self.compiled.eval(sight.value())));
        let value = value.map_err(|_| Ran::from(Failure::Impossible))?.map_err(Ran::from)?;
        claim(&value).map_err(Ran::from)
    }
}

/// A failure, and what the engine said: to be shown for invented members only.
struct Ran {
    failure: Failure,
    error: Option<minijinja::Error>,
}

impl Ran {
    fn mistake(self, who: &'static str, source: &str) -> Mistake {
        Mistake::on_sample(self.failure, self.error.as_ref(), who, source)
    }
}

impl From<Failure> for Ran {
    fn from(failure: Failure) -> Self {
        Self { failure, error: None }
    }
}

impl From<minijinja::Error> for Ran {
    fn from(error: minijinja::Error) -> Self {
        let failure = match error.kind() {
            ErrorKind::UndefinedError => Failure::Undefined,
            ErrorKind::OutOfFuel => Failure::TooLong,
            _ => Failure::Impossible,
        };
        Self { failure, error: Some(error) }
    }
}

/// The result as JSON; nothing, empty texts and empty lists say nothing.
fn claim(value: &Value) -> Result<Option<Json>, Failure> {
    match value.kind() {
        ValueKind::Undefined => Err(Failure::Undefined),
        ValueKind::None => Ok(None),
        ValueKind::Bool => Ok(Some(value.is_true().into())),
        ValueKind::Number => number(value).map(Some),
        ValueKind::String => text(value, &mut LARGEST.clone()).map(|text| text.map(Json::String)),
        ValueKind::Seq | ValueKind::Iterable => texts(value),
        _ => Err(Failure::WrongKind),
    }
}

fn number(value: &Value) -> Result<Json, Failure> {
    if let Some(whole) = value.as_i64().filter(|_| value.is_integer()) {
        return if whole.unsigned_abs() <= EXACT { Ok(whole.into()) } else { Err(Failure::NoNumber) };
    }
    let number = f64::try_from(value.clone()).map_err(|_| Failure::NoNumber)?;
    serde_json::Number::from_f64(number).filter(|_| !value.is_integer()).map(Json::Number).ok_or(Failure::NoNumber)
}

fn text(value: &Value, left: &mut usize) -> Result<Option<String>, Failure> {
    let text = value.as_str().ok_or(Failure::WrongKind)?;
    *left = left.checked_sub(text.len()).ok_or(Failure::TooLarge)?;
    Ok(Some(text).filter(|text| !text.is_empty()).map(str::to_owned))
}

fn texts(list: &Value) -> Result<Option<Json>, Failure> {
    let (mut texts, mut left) = (Vec::new(), LARGEST);
    for value in list.try_iter().map_err(|_| Failure::WrongKind)?.checked() {
        let value = value.map_err(|error| Ran::from(error).failure)?;
        if !value.is_none() {
            texts.extend(text(&value, &mut left)?.map(Json::String));
        }
    }
    Ok(Some(texts).filter(|texts| !texts.is_empty()).map(Json::Array))
}

/// Whether a reload changes it.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may hold something out of the environment.
        f.write_str("Expression")
    }
}
