// The rule itself needs no bytes: it lives in the domain, where the store can use it too.
export { orderSeries, type Orderable } from '../domain/series-order.ts';
