export default async function closeStores() {
  await globalThis.carillonTestStores?.close();
}
