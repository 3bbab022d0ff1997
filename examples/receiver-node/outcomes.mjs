/** The submission is rejected, for one reason. */
export class Refused extends Error {
  constructor(fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** The profile has something that this receiver does not look at, so that it gives no verdict. */
export class NotSupported extends Error {}
