/** Node's types name what `fetch` takes only by way of its options; browsers' have this name for it. */
type BodyInit = NonNullable<RequestInit['body']>;
