// The switch by which an application finds its database: a line of an environment file, a symbolic
// link, a command of the operator's. Each can be taken back.
#pragma once

#include <string>
#include <vector>

namespace repot::migrate {

struct FlipOptions {
  std::string envFile;
  std::string variable;
  std::string value;   ///< What the variable is set to; may be a secret, and is never printed.
  std::string link;    ///< A symbolic link,
  std::string linkTo;  ///< and what it leads to from then on.
  std::string hook;    ///< For sh -c. A hook that fails must have left the application on SQLite.
};

class Flips {
 public:
  /// Looks whether each can be done, and what is there now. Throws Error(usage, notFound,
  /// permission).
  explicit Flips(FlipOptions options);
  /// What `record` says, to be taken back by undo().
  static Flips recorded(const std::string& record);

  /// What is there now, as JSON. Holds the old value of the variable, never the new one.
  std::string record() const;
  /// Does all in their order, each at once or not at all, and on the disk. Throws Error, and what
  /// was done before stays done.
  void flip();
  /// Takes back what record() tells. What is as it was stays. Throws Error.
  void undo();
  /// What is done, as sentences.
  std::vector<std::string> sentences() const;

 private:
  Flips() = default;
  void setVariable(const std::string& rawValue);
  void setLink(const std::string& to);
  void runHook() const;

  FlipOptions options_;
  std::string rawBefore_;  ///< The variable's value as it is spelled, with its quotes.
  std::string linkBefore_;
};

}  // namespace repot::migrate
