// The family of exceptions that the library throws. Every message is one line that says what went
// wrong, where, what was expected, what was found and what to try. The library never prints and
// never exits; the command turns these into an exit code (1) and any other exception into 2.
#pragma once

#include <stdexcept>

namespace integrad {

/// Base of all errors caused by the user's input or files.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A weight file, config.json or shard index is missing, malformed or does not fit the model.
class CheckpointError : public Error {
 public:
  using Error::Error;
};

/// Tokenizer files are missing or malformed, or a text is not valid UTF-8.
class TokenizerError : public Error {
 public:
  using Error::Error;
};

/// The files are well formed, but ask for a model or component that is not built here.
class UnsupportedModel : public Error {
 public:
  using Error::Error;
};

/// An argument (option, layer name, target, shape, row of an input file) makes no sense.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A result is not a finite number; the message names the text.
class NumericalError : public Error {
 public:
  using Error::Error;
};

}  // namespace integrad
