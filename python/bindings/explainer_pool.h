// Explainers belong to one thread at a time; a pool lends one to each call, so that Python's
// threads may share an object.
#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <vector>

#include "integrad/attribution/explainer.h"
#include "integrad/base/profile.h"
#include "python/bindings/signals.h"

namespace integrad::python {

/// Thread-safe. Grows to the largest number of calls that ran at once.
class ExplainerPool {
 public:
  /// Throws UsageError for a precision that the classifier's backend does not know. The classifier
  /// must outlive the pool.
  ExplainerPool(const TextClassifier& classifier, const ComputeOptions& compute)
      : classifier_(classifier), compute_(compute) {
    give_back(make());
  }

  const TextClassifier& classifier() const { return classifier_; }

  /// Returns what call(Explainer&) returns. Signals are watched meanwhile, between one operation on
  /// matrices and the next; the caller does not hold the interpreter's lock.
  template <class Call>
  auto with(const Call& call) {
    const Lease lease{*this, borrow()};
    return call(lease.worker->explainer);
  }

 private:
  struct Worker {
    Worker(const TextClassifier& classifier, ComputeOptions compute)
        : explainer(classifier, (compute.profile = &profile, compute)) {
      profile.on_enter([this] { signals.check(); });
    }
    Signals signals;
    Profile profile;
    Explainer explainer;
  };
  struct Lease {
    Lease(ExplainerPool& pool_, std::unique_ptr<Worker> worker_)
        : pool(pool_), worker(std::move(worker_)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    /// After an exception the worker is let go with whatever it was in the middle of.
    ~Lease() {
      if (std::uncaught_exceptions() == exceptions) pool.give_back(std::move(worker));
    }

    ExplainerPool& pool;
    std::unique_ptr<Worker> worker;
    const int exceptions = std::uncaught_exceptions();
  };

  std::unique_ptr<Worker> make() const { return std::make_unique<Worker>(classifier_, compute_); }
  std::unique_ptr<Worker> borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto worker = std::move(idle_.back());
        idle_.pop_back();
        return worker;
      }
    }
    return make();
  }
  void give_back(std::unique_ptr<Worker> worker) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(worker));
  }

  const TextClassifier& classifier_;
  ComputeOptions compute_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;
};

}  // namespace integrad::python
